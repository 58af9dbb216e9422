import type { Document } from 'yaml'
import { isNode, LineCounter, parseDocument } from 'yaml'
import { DroverError } from '#domain/kernel'
import type { FaultsFile } from './fault.ts'
import { faultsFileSchema } from './fault.ts'

/** Reads a faults file, YAML or JSON. Throws `emulator.faults-invalid`, which names each line that is wrong. */
export function readFaultsFile(text: string, name: string): FaultsFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, version: '1.2' })
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line)
  if (document.errors.length > 0)
    throw invalid(
      name,
      document.errors.map((error) => `line ${lineAt(error.pos[0])}: ${error.message}`),
    )
  const parsed = faultsFileSchema.safeParse(document.toJS({ maxAliasCount: 50 }))
  if (parsed.success) return parsed.data
  throw invalid(
    name,
    parsed.error.issues.map((issue) => {
      const about = issue.path.length === 0 ? '' : ` ${issue.path.join('.')}:`
      return `line ${lineAt(offsetOf(document, issue.path))}:${about} ${issue.message}`
    }),
  )
}

// The value itself, or the nearest thing around what is missing.
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function invalid(name: string, problems: readonly string[]): DroverError {
  return new DroverError('emulator.faults-invalid', `The faults in ${name} cannot be used: ${problems.join('; ')}`, {
    hint: 'What a fault may say is in docs/emulator.md and docs/reference/emulator-faults.schema.json.',
  })
}
