import { generateKeyPairSync, sign } from 'node:crypto'
import { keyIdOf, verifySignature } from '#adapters/signing'
import type { Anchors, PublicKey, Signing } from '#engine/ports'

const pair = generateKeyPairSync('ed25519')

/** Signs with a key of this process, which no file holds. */
export function memorySigning(first = pair): Signing {
  let current = first
  let next: typeof first | undefined
  const prepared = () => (next ??= generateKeyPairSync('ed25519'))
  return {
    sign: async (text) => ({ keyId: halfOf(current).keyId, signature: signWith(current, text) }),
    publicKey: async () => halfOf(current),
    prepareNext: async () => halfOf(prepared()),
    signAsNext: async (text) => signWith(prepared(), text),
    adoptNext: async () => {
      current = next ?? current
      next = undefined
    },
    keyIdOf,
    verify: verifySignature,
  }
}

function halfOf({ publicKey }: typeof pair): PublicKey {
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  return { keyId: keyIdOf(pem) ?? '', pem }
}

function signWith({ privateKey }: typeof pair, text: string): string {
  return sign(null, Buffer.from(text), privateKey).toString('base64')
}

/** For worlds that anchor nothing. */
export const noAnchors: Anchors = { appendToFile: async () => undefined, post: async () => undefined }
