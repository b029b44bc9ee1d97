import express from 'express';

import { scopegate } from '../../../docs/middleware/scopegate.mjs';
import { CLIENT, DECIDE, PORT, SECRET, seen } from './seen.mjs';

const api = express();
api.use(scopegate({ decide: DECIDE, client: CLIENT, secret: SECRET }).express);
api.use(express.text({ type: () => true, limit: '2mb' }));
api.use((req, res) => {
  seen(req, req.body ?? '');
  res.json({});
});
api.listen(Number(PORT), '127.0.0.1');
