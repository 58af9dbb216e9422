import type { Client, CattleReply, Reply } from '#contract'
import type { EnvironmentId, PersonId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { CommandContext } from './command.ts'
import { required } from './required.ts'
import { waitUntil } from './wait.ts'

/** The Dev and the Test of a hotfix. */
export interface HotfixPair {
  readonly dev: EnvironmentId
  readonly test: EnvironmentId
}

/** Ids of the pair that is made for the hotfixes of a solution: the same for each of them, so that whoever asks again goes on where it was. */
export function pairNames(solution: string): HotfixPair {
  const slug = solution.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return { dev: toId<EnvironmentId>(`hotfix-${slug}-dev`), test: toId<EnvironmentId>(`hotfix-${slug}-test`) }
}

/**
 * Orders what is missing of a pair from the platform, like Dev and like the first stage of the pipeline, and waits until both are there. One that is
 * there is taken as it is: a hotfix writes over what it holds. Refused as `drover env create` is.
 */
export async function makePair(
  context: CommandContext,
  client: Client,
  of: { readonly solution: string; readonly pair: HotfixPair; readonly only: readonly EnvironmentId[]; readonly reason: string },
): Promise<Reply<true>> {
  const { configuration } = required(await client.loadConfiguration())
  const solution = configuration.solutions.find(({ uniqueName }) => uniqueName.toLowerCase() === of.solution.toLowerCase())
  const pipeline = configuration.pipelines.find(({ id }) => id === solution?.pipeline)
  const [first] = pipeline?.stages ?? []
  if (solution === undefined || pipeline === undefined || first === undefined) {
    throw new DroverError('solution.not-governed', `The solution "${of.solution}" has no pipeline in the configuration.`, {
      hint: 'Add it to drover.yaml under `solutions` with an owner, a tier and a pipeline, and apply that.',
    })
  }
  const life = required(await client.listCattle()).cattle
  const wanted = [
    { id: of.pair.dev, like: pipeline.source },
    { id: of.pair.test, like: first.environment },
  ].filter(({ id }) => of.only.includes(id) && !configuration.environments.some((each) => each.id === id))
  for (const { id, like } of wanted) {
    if (life.find(({ environmentId }) => environmentId === id)?.creation?.state === 'running') continue
    const currency = context.option('currency')
    const justification = `Hotfix of ${solution.uniqueName}: ${of.reason}`
    const order = {
      ...{ name: id, kind: 'feature' as const, owner: toId<PersonId>(solution.owner), justification },
      ...{ days: context.numberOption('days') ?? 30, like: toId<EnvironmentId>(like) },
    }
    const answer = await client.createCattle({ ...order, ...(currency === undefined ? {} : { currency }) })
    if (!answer.ok) return answer
    context.progress(`  ${id} is being made like ${like}`)
  }
  for (const { id } of wanted) {
    const made = await followCreation(context, client, id)
    if (made?.creation?.state === 'errored')
      throw new DroverError('cattle.not-made', made.creation.note, { hint: 'Ask again: it begins anew.' })
    context.progress(`  ${made?.creation?.note ?? id}`)
  }
  return { ok: true, value: true }
}

async function followCreation(context: CommandContext, client: Client, id: EnvironmentId): Promise<CattleReply | undefined> {
  return waitUntil({
    load: async () => required(await client.listCattle()).cattle.find((one) => one.environmentId === id),
    isFinished: (one) => one?.creation?.state !== 'running',
    timeoutSeconds: context.numberOption('timeout') ?? 3600,
    signal: context.deps.signal,
    what: `Making ${id}`,
  })
}
