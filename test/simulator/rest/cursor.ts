import { type Context, ok, type Reply } from './router.ts';

function read(cursor: string | null): number | null {
  if (cursor === null) return null;
  const id = Number(Buffer.from(cursor, 'base64url').toString().replace('cursor:', ''));
  return Number.isSafeInteger(id) ? id : null;
}

function write(id: number): string {
  return Buffer.from(`cursor:${id}`).toString('base64url');
}

/** Pages by cursor: what comes `after` an item or right `before` it, with both neighbours in the Link header. */
export function cursorPaged<T extends { readonly id: number }>(
  context: Context,
  items: readonly T[],
  shape: (item: T) => unknown,
): Reply {
  const { query, world, path } = context;
  const size = Math.min(100, Math.max(1, Number(query.get('per_page') ?? 30) || 30));
  const [after, before] = [read(query.get('after')), read(query.get('before'))];
  const indexOf = (id: number) => items.findIndex((item) => item.id === id);
  const end = before === null ? items.length : Math.max(0, indexOf(before));
  const start = after !== null ? indexOf(after) + 1 : before !== null ? Math.max(0, end - size) : 0;
  const page = items.slice(start, Math.min(end, start + size));
  const link = (rel: 'next' | 'prev', key: 'after' | 'before', item: T) => {
    const to = new URLSearchParams(query);
    to.delete(key === 'after' ? 'before' : 'after');
    to.set(key, write(item.id));
    return `<${world.apiUrl}${path}?${to}>; rel="${rel}"`;
  };
  const [first, last] = [page[0], page.at(-1)];
  const links = [
    ...(first && start > 0 ? [link('prev', 'before', first)] : []),
    ...(last && start + page.length < items.length ? [link('next', 'after', last)] : []),
  ];
  return ok(page.map(shape), links.length > 0 ? { link: links.join(', ') } : {});
}
