import { X509Certificate, createHash, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export interface SelfSigned {
  /** The certificate as PEM. */
  readonly certificate: string
  readonly privateKey: KeyObject
  /** SHA-1 and SHA-256 of the certificate, base64url. */
  readonly x5t: string
  readonly x5tS256: string
}

/** Makes a self-signed RSA certificate, valid from yesterday for the days given. */
export function selfSigned(validDays = 30): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const day = 24 * 3600 * 1000
  const from = new Date(Date.now() - 2 * day)
  const to = new Date(Date.now() - day + validDays * day)
  const algorithm = sequence(Buffer.from('06092a864886f70d01010b0500', 'hex'))
  const name = sequence(tagged(0x31, sequence(Buffer.from('0603550403', 'hex'), tagged(0x0c, Buffer.from('drover test')))))
  const body = sequence(
    tagged(0xa0, Buffer.from('020102', 'hex')),
    Buffer.from('020101', 'hex'),
    algorithm,
    name,
    sequence(utcTime(from), utcTime(to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = sign('sha256', body, privateKey)
  const der = sequence(body, algorithm, tagged(0x03, Buffer.from([0]), signature))
  const digest = (kind: string): string => createHash(kind).update(der).digest('base64url')
  return { certificate: new X509Certificate(der).toString(), privateKey, x5t: digest('sha1'), x5tS256: digest('sha256') }
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const size = content.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts)
}

function utcTime(at: Date): Buffer {
  return tagged(0x17, Buffer.from(`${at.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`))
}
