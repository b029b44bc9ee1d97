import Fastify from 'fastify';

import { scopegate } from '../../../docs/middleware/scopegate.mjs';
import { CLIENT, DECIDE, PORT, SECRET, seen } from './seen.mjs';

const api = Fastify({ bodyLimit: 2 << 20 });
api.addHook('onRequest', scopegate({ decide: DECIDE, client: CLIENT, secret: SECRET }).fastify);
api.removeAllContentTypeParsers();
api.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => done(null, body));
api.all('*', async (request) => {
  seen(request.raw, request.body ?? '');
  return {};
});
await api.listen({ port: Number(PORT), host: '127.0.0.1' });
