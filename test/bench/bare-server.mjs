// The yardstick for intake: the least that could be called one. Verifies the HMAC, makes one committed INSERT, answers.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
await pool.query(
  'create table if not exists bare (id bigint generated always as identity primary key, guid text unique, event text, body bytea)',
);
const secret = process.env.WEBHOOK_SECRET;

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const body = Buffer.concat(chunks);
    const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
    const given = Buffer.from(String(request.headers['x-hub-signature-256']));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return response.writeHead(401).end();
    await pool.query({
      name: 'insert',
      text: 'insert into bare (guid, event, body) values ($1, $2, $3)',
      values: [request.headers['x-github-delivery'], request.headers['x-github-event'], body],
    });
    response.writeHead(202).end();
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
