import { run } from 'probot';

/**
 * Opens Probot's set-up page, which creates the GitHub App from `app.yml` and writes its credentials to `.env`. No channel to a public
 * webhook proxy is opened: what reaches the app is the operator's decision.
 */
export async function openSetup(at: { readonly host: string; readonly port: number }): Promise<void> {
  process.env.NO_SMEE_SETUP ??= 'true';
  process.stdout.write(
    `No credentials are set, so this is the set-up page: open http://${at.host}:${at.port}/ to create the GitHub App from app.yml.\n` +
      'It writes APP_ID, PRIVATE_KEY and WEBHOOK_SECRET to .env; start again afterwards. To see Countersign at work first: npm run demo\n',
  );
  await run(() => undefined, { env: { ...process.env, HOST: at.host, PORT: String(at.port) } });
}
