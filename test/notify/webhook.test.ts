import { expect, test } from 'vitest';
import { notice } from '../../src/notify/notice.ts';
import { signature, signedMessage } from '../../src/notify/webhook.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

test('the signature is the published one: https://github.com/standard-webhooks/standard-webhooks', () => {
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  expect(signature(secret, id, 1614265330, '{"test": 2432232314}')).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

test('a notice as it is sent: sent again, it has the same id and the time of the attempt', () => {
  const about = { repository: 'acme/shop', pull: 7, url: 'https://github.com/acme/shop/pull/7' };
  const message = {
    id: 'msg_1',
    at: '2026-11-23T12:00:00.000Z',
    notice: notice('waiting', about, { key: 'k', title: 'acme/shop#7 waits for peer', lines: ['Remedy'] }),
  };
  const [first, second] = [signedMessage(message, secret, 1000), signedMessage(message, secret, 1005)];
  expect(JSON.parse(first.body)).toEqual({
    type: 'countersign.waiting',
    timestamp: '2026-11-23T12:00:00.000Z',
    data: {
      key: 'waiting k',
      title: 'acme/shop#7 waits for peer',
      lines: ['Remedy'],
      url: 'https://github.com/acme/shop/pull/7',
      repository: 'acme/shop',
      pull: 7,
    },
  });
  expect(second.body).toBe(first.body);
  expect([first.headers['webhook-id'], second.headers['webhook-id']]).toEqual(['msg_1', 'msg_1']);
  expect(second.headers['webhook-timestamp']).toBe('1005');
  expect(second.headers['webhook-signature']).toBe(signature(secret, 'msg_1', 1005, first.body));
  expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
});
