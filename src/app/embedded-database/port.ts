import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'

/** The port of the last start when it is free, else a free one, which is remembered. */
export async function choosePort(portFile: string, mustBeNew: boolean): Promise<number> {
  const remembered = Number(await readFile(portFile, 'utf8').catch(() => ''))
  if (!mustBeNew && Number.isInteger(remembered) && remembered > 1023 && remembered < 65_536 && (await isFree(remembered)))
    return remembered
  const port = await findFree()
  await writeFile(portFile, `${port}\n`, { mode: 0o600 })
  return port
}

async function isFree(port: number): Promise<boolean> {
  return bind(port).then(
    () => true,
    () => false,
  )
}

async function findFree(): Promise<number> {
  return bind(0)
}

async function bind(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      const bound = address !== null && typeof address === 'object' ? address.port : port
      server.close(() => resolve(bound))
    })
  })
}
