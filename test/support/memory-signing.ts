import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { verifySignature } from '#adapters/signing'
import type { Anchors, Signing } from '#engine/ports'

const pair = generateKeyPairSync('ed25519')

/** Signs with a key of this process, which no file holds. */
export function memorySigning({ privateKey, publicKey } = pair): Signing {
  const keyId = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
  return {
    sign: async (text) => ({ keyId, signature: sign(null, Buffer.from(text), privateKey).toString('base64') }),
    publicKey: async () => ({ keyId, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() }),
    verify: verifySignature,
  }
}

/** For worlds that anchor nothing. */
export const noAnchors: Anchors = { appendToFile: async () => undefined, post: async () => undefined }
