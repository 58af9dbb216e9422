import { DroverError } from '#domain/kernel'
import type { FileTree } from '../file-tree.ts'
import { type Carried, carriedPath } from './carried.ts'

/** What the folder carries beside its layout; nothing when there is no such file. */
export async function readCarried(source: FileTree): Promise<Carried> {
  if (!source.paths.includes(carriedPath)) return { format: 1 }
  return parseCarried(new TextDecoder().decode(await source.read(carriedPath)))
}

/** Reads the text of a carried.json; refuses one that is not as it must be, and says where. */
export function parseCarried(text: string): Carried {
  let value: unknown
  try {
    value = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text)
  } catch (cause) {
    throw bad('it is not JSON', cause)
  }
  check(value, carried, 'it')
  // Checked above, key by key.
  return value as Carried
}

/** What a value must be: a text, a list of such, an object with such keys (all optional but those with `!`), or texts by any key. */
type Shape =
  | 'text'
  | 'one'
  | { readonly list: Shape }
  | { readonly texts: true }
  | { readonly keys: Readonly<Record<string, Shape>>; readonly needed?: readonly string[] }

const lines: Shape = { list: 'text' }
const file = { path: 'text', lines, base64: lines } as const satisfies Record<string, Shape>
const xml: Shape = {
  keys: {
    components: { list: { keys: { section: 'text', xml: lines }, needed: ['section', 'xml'] } },
    lists: { list: { keys: { table: 'text', xml: lines }, needed: ['table', 'xml'] } },
    files: { list: { keys: file, needed: ['path'] } },
    names: { texts: true },
    absent: lines,
    ownNamespaces: lines,
  },
}
const side: Shape = { keys: { without: lines, files: { list: { keys: { ...file, insteadOf: 'text' }, needed: ['path'] } }, xml } }
const carried: Shape = {
  keys: { format: 'one', xml, both: { keys: { unmanaged: side, managed: side }, needed: ['unmanaged', 'managed'] } },
  needed: ['format'],
}

function check(value: unknown, shape: Shape, place: string): void {
  if (shape === 'text') {
    if (typeof value !== 'string') throw bad(`${place} must be a text`)
  } else if (shape === 'one') {
    if (value !== 1) throw bad(`${place} is ${JSON.stringify(value)}; this version of Drover reads format 1`)
  } else if ('list' in shape) {
    if (!Array.isArray(value)) throw bad(`${place} must be a list`)
    for (const [at, one] of value.entries()) check(one, shape.list, `${place}[${at}]`)
  } else checkObject(value, shape, place)
}

function checkObject(value: unknown, shape: Extract<Shape, object>, place: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`${place} must be an object`)
  if ('keys' in shape) for (const key of shape.needed ?? []) if (!Object.hasOwn(value, key)) throw bad(`${place} lacks "${key}"`)
  for (const [key, one] of Object.entries(value)) {
    const expected: Shape | undefined = 'keys' in shape ? (Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined) : 'text'
    // Keys that are not ours belong to other layouts, or to a later version.
    if (expected !== undefined) check(one, expected, `${place === 'it' ? '' : `${place}.`}${key}`)
  }
}

function bad(problem: string, cause?: unknown): DroverError {
  return new DroverError('solution.bad-carried', `${carriedPath} cannot be read: ${problem}.`, {
    hint: 'Restore the file from source control, or unpack the solution again. Do not delete it: what it holds is nowhere else.',
    ...(cause === undefined ? {} : { cause }),
  })
}
