import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeZip } from '#format'
import { packSample } from '../support/product.ts'
import { runDrover } from '../support/run-drover.ts'

const text = (content: string) => new TextEncoder().encode(content)

describe('bad input to the command line', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-bad-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  async function inspect(name: string, bytes: Uint8Array) {
    const path = join(folder, name)
    await writeFile(path, bytes)
    const ran = await runDrover(['solution', 'inspect', path, '--json'])
    const error: unknown = ran.stderr.trim() === '' ? undefined : JSON.parse(ran.stderr)
    return { ...ran, error }
  }

  it('a file that is no zip is named with its code and what to do', async () => {
    const ran = await inspect('letter.zip', text('Dear sir or madam'))
    expect(ran.code).not.toBe(0)
    expect(ran.error).toMatchObject({ error: { code: 'solution.not-a-zip', hint: expect.stringMatching(/\w/) as unknown } })
  })

  it('a zip without solution.xml is no solution', async () => {
    const ran = await inspect('photos.zip', await writeZip([{ path: 'photo.txt', bytes: text('cheese') }]))
    expect(ran.error).toMatchObject({ error: { code: 'solution.no-solution' } })
  })

  it('a zip that inflates without measure is refused before it fills the memory', async () => {
    const ran = await inspect('bomb.zip', await writeZip([{ path: 'solution.xml', bytes: new Uint8Array(900_000_000) }]))
    expect(ran.error).toMatchObject({ error: { code: 'solution.too-large' } })
  })

  it('a zip that lies about the size of an entry is refused', async () => {
    const bytes = Buffer.from(await packSample('1.0.0.0'))
    // Uncompressed size in the central directory of the first entry (APPNOTE 4.3.12: offset 24).
    const directory = bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]))
    bytes.writeUInt32LE(10, directory + 24)
    const ran = await inspect('liar.zip', new Uint8Array(bytes))
    expect(ran.error).toMatchObject({ error: { code: 'solution.corrupt-zip' } })
  })

  it('a file that is not there is named', async () => {
    const ran = await runDrover(['solution', 'inspect', join(folder, 'nowhere.zip')])
    expect(ran.code).not.toBe(0)
    expect(ran.stderr).toContain('nowhere.zip')
  })

  it('broken YAML is named with line and column', async () => {
    const path = join(folder, 'drover.yaml')
    await writeFile(path, 'tenant: contoso\npeople:\n  - id: ada\n    name: [unclosed\n')
    const ran = await runDrover(['config', 'validate', path])
    expect(ran.code).toBe(3)
    expect(ran.stderr + ran.stdout).toMatch(/line \d+/)
  })

  it('a server that is not there is told from one that refuses', async () => {
    const port = await freePort()
    const ran = await runDrover(['board'], { DROVER_SERVER: `http://127.0.0.1:${port}`, DROVER_TOKEN: 'whatever' })
    expect(ran.code).toBe(5)
    expect(ran.stderr).toContain('unreachable')
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
