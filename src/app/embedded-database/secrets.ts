import { randomBytes } from 'node:crypto'
import { link, readFile, unlink, writeFile } from 'node:fs/promises'
import { DroverError, errorMessage } from '#domain/kernel'

/** Reads a small JSON file of secrets, or makes it, readable by its owner only; of two makers at once, both get the first one's. */
export async function loadOrCreateSecrets<T extends Readonly<Record<string, string>>>(path: string, make: () => T): Promise<T> {
  const wanted = make()
  const there = await read(path)
  if (there !== undefined) return parse(path, there, wanted)
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`
  await writeFile(temporary, `${JSON.stringify(wanted, undefined, 2)}\n`, { mode: 0o600, flush: true })
  try {
    await link(temporary, path)
    return wanted
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return parse(path, (await read(path)) ?? '', wanted)
    throw error
  } finally {
    await unlink(temporary)
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new DroverError('workspace.not-yours', `${path} cannot be read: ${errorMessage(error)}.`, {
      hint: 'Run Drover as the user who made this workspace, or choose another workspace folder.',
      cause: error,
    })
  }
}

function parse<T extends Readonly<Record<string, string>>>(path: string, text: string, shape: T): T {
  try {
    const found: unknown = JSON.parse(text)
    if (found !== null && typeof found === 'object' && Object.keys(shape).every((name) => isText(Reflect.get(found, name)))) {
      // Every name of T was just found to be a text.
      return found as T
    }
  } catch {
    // Falls through to the one error that says what to do.
  }
  throw new DroverError('workspace.damaged', `${path} does not hold the logins of the database.`, {
    hint: 'Restore the file from a backup; without it the database of this workspace cannot be opened.',
  })
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
