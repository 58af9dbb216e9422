import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { frameSize, openFrames, sealFrames, writeHead } from './rescue-frames.ts'

const key = randomBytes(32)
const head = writeHead({ salt: randomBytes(32), keyId: randomBytes(8), nameHash: randomBytes(32) })

describe('frames of a rescue', () => {
  it.each([0, 1, frameSize - 1, frameSize, frameSize + 1, 2 * frameSize])('hold %i bytes', async (length) => {
    const bytes = randomBytes(length)
    expect(await open(await seal(bytes))).toEqual([bytes.toString('hex')])
  })

  it('do not open when one is missing, repeated, exchanged with its neighbour, or the end is cut off between two', async () => {
    const [a, b, c, d] = await seal(randomBytes(3 * frameSize + 9))
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('Four frames were expected.')
    for (const frames of [[a, c, d], [a, b, b, c, d], [b, a, c, d], [a, b, c], [a, b, c, d, d], [], [a, b, c, d, Buffer.from([1])]])
      expect((await open(frames)).at(-1)).toBe('broken')
  })
})

async function seal(bytes: Buffer): Promise<readonly Buffer[]> {
  const frames: Buffer[] = []
  for await (const frame of sealFrames(head, key, once(bytes))) frames.push(frame)
  return frames
}

async function open(frames: readonly Buffer[]): Promise<readonly string[]> {
  const plain: Buffer[] = []
  for await (const each of openFrames(head, key, once(Buffer.concat(frames)))) {
    if (each === undefined) return ['broken']
    plain.push(each)
  }
  return [Buffer.concat(plain).toString('hex')]
}

async function* once(bytes: Buffer): AsyncIterable<Buffer> {
  yield bytes
}
