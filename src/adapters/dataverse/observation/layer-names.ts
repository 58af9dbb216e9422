import { z } from 'zod'
import { kindOfType } from '#domain/solution'
import type { DataverseClient } from '../client.ts'
import { isUnseen } from './unseen.ts'

/** How an environment names kinds of components, by number and in its layer table. */
export interface LayerNames {
  /** Our name for the kind with a number there. */
  kindOf(type: number): string
  /** What the environment's layer table calls it. */
  nameOf(kind: string): string
  /** Its number there; undefined for a kind that the environment does not have. */
  typeOf(kind: string): number | undefined
}

const row = z.object({ solutioncomponenttype: z.number(), name: z.string() })
type Row = z.infer<typeof row>

/** Names with those of the given numbers, as far as the environment knows them. */
export type AskLayerNames = (types?: readonly number[]) => Promise<LayerNames>

/**
 * One question for all who ask. It is asked again after a failure, and when a number is met that was not told: a solution that was imported
 * since has brought its kind.
 */
export function rememberLayerNames(client: DataverseClient): AskLayerNames {
  let asked: Promise<LayerNames> | undefined
  const untold = new Set<number>()
  function ask(): Promise<LayerNames> {
    asked = fetchLayerNames(client).catch((error: unknown) => {
      asked = undefined
      throw error
    })
    return asked
  }
  return async (types = []) => {
    const names = await (asked ?? ask())
    const isNew = (type: number) => !untold.has(type) && names.kindOf(type).startsWith('ComponentType')
    const missing = types.filter(isNew)
    if (missing.length === 0) return names
    for (const type of missing) untold.add(type)
    return ask()
  }
}

/**
 * `solutioncomponentdefinitions`: number and layer-table name of every kind, also of those whose number differs by environment
 * (10000 and above) [facts-2 §1.2, observed]. Kinds with a fixed number keep our name, which solution files have too; without the right
 * to read the table they are all that is known.
 */
async function fetchLayerNames(client: DataverseClient): Promise<LayerNames> {
  const rows = await fetchDefinitions(client)
  const byType = new Map<number, Row>()
  const byKind = new Map<string, Row>()
  for (const definition of rows) {
    if (!byType.has(definition.solutioncomponenttype)) byType.set(definition.solutioncomponenttype, definition)
    const kind = ourName(definition)
    if (!byKind.has(kind)) byKind.set(kind, definition)
  }
  return {
    kindOf(type) {
      const definition = byType.get(type)
      return definition === undefined ? kindOfType(String(type)) : ourName(definition)
    },
    nameOf: (kind) => byKind.get(kind)?.name ?? kind,
    typeOf: (kind) => byKind.get(kind)?.solutioncomponenttype,
  }
}

async function fetchDefinitions(client: DataverseClient): Promise<readonly Row[]> {
  try {
    return await client.list('ReadRows', 'solutioncomponentdefinitions?$select=name,solutioncomponenttype', row)
  } catch (error) {
    if (isUnseen(error)) return []
    throw error
  }
}

function ourName({ solutioncomponenttype: type, name }: Row): string {
  const fixed = kindOfType(String(type))
  return fixed.startsWith('ComponentType') ? kindOfType(name) : fixed
}
