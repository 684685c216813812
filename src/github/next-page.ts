/** Pages are named by GitHub in a Link header, by number or by cursor. */
export function nextPage(link: string | undefined): Readonly<Record<string, string>> | undefined {
  const address = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
  return address === undefined ? undefined : Object.fromEntries(new URL(address).searchParams);
}
