// An API as it was before it had a gate, but for one line that the pages ask for: it refuses what did not come through
// the gate. Express takes paths in any case, and with a slash at their end.

import express from 'express';

import { PORT, seen } from './seen.mjs';

const api = express();
api.use((req, res, next) => (req.get('Scopegate-Permit') ? next() : res.sendStatus(403)));
api.use(express.text({ type: () => true, limit: '2mb' }));
const answer = (req, res) => {
  seen(req, req.body ?? '');
  res.json({ by: req.get('Scopegate-Client') });
};
api.all('/companies/:company/orders', answer);
api.all('/companies/:company/notes', answer);
api.all('/status', answer);
api.listen(Number(PORT), '127.0.0.1');
