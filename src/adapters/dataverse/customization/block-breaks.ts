import { z } from 'zod'
import type { Unseen } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { DataverseClient } from '../client.ts'

interface Feature {
  readonly feature: string
  /** What one row of its table is called. */
  readonly noun: string
  readonly path: string
}

interface Found {
  readonly feature: string
  readonly evidence: string
}

/**
 * What Microsoft lists as broken by the block, by the rows that show it in use (facts-2 §6.4; PET-11). That a row of the table stands for use
 * of the feature is ours to say; unverified for machine groups, of which only the hosted ones are concerned.
 */
const features: readonly Feature[] = [
  {
    feature: 'classic workflows: switching them on and off',
    noun: 'classic workflow',
    path: 'workflows?$select=name&$filter=category eq 0 and type eq 1',
  },
  { feature: 'service level agreements: switching them on and off', noun: 'SLA', path: 'slas?$select=name' },
  { feature: 'automatic record creation: switching rules on and off', noun: 'rule', path: 'convertrules?$select=name' },
  { feature: 'dataflows', noun: 'dataflow', path: 'msdyn_dataflows?$select=msdyn_name' },
  { feature: 'hosted machine groups of desktop flows', noun: 'machine group', path: 'flowmachinegroups?$select=name' },
]

/** Parts of display names or unique names of solutions whose installation or use the block breaks (names unverified). */
const products: readonly { readonly feature: string; readonly names: RegExp }[] = [
  { feature: 'Omnichannel: installing and updating it', names: /omni ?channel/i },
  { feature: 'Field Service: installing and updating it', names: /field ?service/i },
  { feature: 'Resource Scheduling Optimization: installing and updating it', names: /resource ?scheduling ?optimi[sz]ation/i },
  { feature: 'real-time journeys of Customer Insights', names: /real-?time ?(journeys|marketing)|msdynmkt/i },
  { feature: 'Sales accelerator', names: /sales ?accelerator/i },
]

const namedRow = z.record(z.string(), z.unknown())
const solutionRow = z.object({ uniquename: z.string(), friendlyname: z.string().nullish() })

/** Rows of one feature that are looked at: enough to name some. */
const shown = 3

/** No request of the Web API tells whether these are in use. */
const untold: readonly Unseen[] = [
  {
    what: 'files attached to e-mails and other activities by code (activitymimeattachment)',
    why: 'Nothing in the environment tells whether it is done; ask the owners of integrations.',
  },
  { what: 'prompt columns', why: 'Their definition cannot be told from that of other columns; look in the solutions that use AI prompts.' },
]

export async function findWhatBlockBreaks(
  client: DataverseClient,
): Promise<{ readonly found: readonly Found[]; readonly unseen: readonly Unseen[] }> {
  const found: Found[] = []
  const unseen: Unseen[] = [...untold]
  for (const feature of features) {
    const seen = await lookFor(client, feature)
    if (seen === undefined) continue
    if ('why' in seen) unseen.push(seen)
    else found.push(seen)
  }
  const solutions = await client.list('ReadRows', 'solutions?$select=uniquename,friendlyname', solutionRow)
  for (const { feature, names } of products) {
    const installed = solutions.filter((solution) => names.test(solution.uniquename) || names.test(solution.friendlyname ?? ''))
    if (installed.length > 0) found.push({ feature, evidence: `installed: ${someOf(installed.map((solution) => solution.uniquename))}` })
  }
  return { found, unseen }
}

/** Undefined: not in use. An environment that has no such table does not use the feature. */
async function lookFor(client: DataverseClient, { feature, noun, path }: Feature): Promise<Found | Unseen | undefined> {
  try {
    const rows = await client.list('ReadRows', path.replaceAll(' ', '%20'), namedRow)
    if (rows.length === 0) return undefined
    const names = rows.map((row) => String(row['name'] ?? row['msdyn_name'] ?? 'unnamed'))
    return { feature, evidence: `${rows.length} ${noun}${rows.length === 1 ? '' : 's'}: ${someOf(names)}` }
  } catch (error) {
    if (!(error instanceof DroverError)) throw error
    if (error.code === 'dataverse.not-found') return undefined
    if (['dataverse.forbidden', 'dataverse.refused', 'dataverse.unexpected'].includes(error.code))
      return { what: feature, why: error.message }
    throw error
  }
}

function someOf(names: readonly string[]): string {
  const more = names.length - shown
  return more > 0 ? `${names.slice(0, shown).join(', ')} and ${more} more` : names.join(', ')
}
