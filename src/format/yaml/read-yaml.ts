import { badYaml } from './bad-yaml.ts'
import { readAnyYaml } from './read-any-yaml.ts'
import { readBlockYaml } from './read-block-yaml.ts'
import type { YamlDocument } from './yaml-node.ts'

/**
 * Reads a file of the YAML layout; `path` is named in errors. Scalars are taken as they are written. Anchors, aliases, tags,
 * doubled keys and keys that can be no name in XML are refused (`solution.bad-yaml`).
 */
export function readYaml(bytes: Uint8Array, path: string): YamlDocument {
  const text = decoded(bytes, path)
  const [first, ...others] = readBlockYaml(text) ?? readAnyYaml(text, path)
  if (first === undefined) throw badYaml({ path }, 'there is nothing in it.')
  if (others.length > 0)
    throw badYaml({ path }, `it has several keys at its top (${first[0]}, ${others.map(([key]) => key).join(', ')}).`, oneKey)
  const [root, node] = first
  if (Array.isArray(node) || /^[@#]/.test(root)) throw badYaml({ path }, `"${root}" must be the name of one element.`, oneKey)
  return { root, node }
}

const oneKey = 'A file holds one component, under the name of its XML element; put the others into files of their own.'

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw badYaml({ path }, 'the bytes are not text in utf-8.', 'Save the file as UTF-8.')
  }
}
