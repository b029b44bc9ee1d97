// Node.js 18, which Debian 12 has, keeps the Web Crypto API behind a module.

import { webcrypto } from 'node:crypto'

globalThis.crypto ??= webcrypto
