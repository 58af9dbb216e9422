import type { Hotfix, HotfixStart, NewHotfixEvent, VersionLane } from '#domain/hotfix'
import { hotfixStream } from '#domain/hotfix'
import type { PersonId, Result } from '#domain/kernel'
import { accept, errorCode, refuse } from '#domain/kernel'
import type { LedgerEvent } from '#domain/kernel'
import type { Ledger, ReadModel } from '#engine/ports'
import { decideOnStream } from '../decide-on-stream.ts'
import { solutionKey } from '../summaries.ts'

type Reads = { readonly readModel: ReadModel }

export async function loadHotfix(deps: Reads, hotfixId: string): Promise<Result<Hotfix>> {
  const hotfix = await deps.readModel.load<Hotfix>('hotfix', hotfixId)
  if (hotfix !== undefined) return accept(hotfix)
  return refuse('hotfix.unknown', `There is no hotfix "${hotfixId}".`, 'Name one that `drover hotfix list` shows.')
}

/** Of every state, newest first. */
export function listHotfixesOf(deps: Reads, solution: string): Promise<readonly Hotfix[]> {
  return deps.readModel.list<Hotfix>('hotfix', { where: { solutionKey: solutionKey(solution) } })
}

/** Facts of durable work: whatever came in between, each is written once by its key; false when all were there. */
export async function recordHotfix(
  ledger: Ledger,
  hotfixId: string,
  events: readonly NewHotfixEvent[],
  actor = 'drover',
): Promise<boolean> {
  const appended = await ledger.append({ stream: hotfixStream(hotfixId), expectedVersion: undefined, actor, events })
  return appended.length > 0
}

/** Appends what is decided of a hotfix as it is then; of two at once the second is judged by what the first made of it. */
export async function decideOn(
  deps: Reads & { readonly ledger: Ledger },
  { hotfixId, actor }: { readonly hotfixId: string; readonly actor: PersonId },
  decide: (hotfix: Hotfix) => Result<readonly NewHotfixEvent[]>,
): Promise<Result<Hotfix>> {
  const decided = await decideOnStream(deps.ledger, { stream: hotfixStream(hotfixId), actor }, async () => {
    const hotfix = await loadHotfix(deps, hotfixId)
    return hotfix.ok ? decide(hotfix.value) : hotfix
  })
  return decided.ok ? loadHotfix(deps, hotfixId) : decided
}

/**
 * Appends a start under the guard of its solution's version lanes, which every start has to find as it was when it was judged: so no two get
 * one lane. The guard's entry holds the start whole: a process killed between the two appends leaves nothing half done, the next completes it.
 */
export async function reserve(
  ledger: Ledger,
  { solution, actor }: { readonly solution: string; readonly actor: PersonId },
  decide: (lanes: readonly VersionLane[]) => Promise<Result<HotfixStart>>,
): Promise<Result<HotfixStart>> {
  for (;;) {
    const entries = await ledger.read(lanesStream(solution))
    for (const entry of entries.slice(-1)) await complete(ledger, entry)
    const decision = await decide(entries.map((entry) => startIn(entry).versions))
    if (!decision.ok) return decision
    try {
      const [entry] = await ledger.append({
        stream: lanesStream(solution),
        expectedVersion: entries.length,
        actor,
        events: [{ type: 'version-lane-reserved', data: { start: decision.value } }],
      })
      if (entry !== undefined) await complete(ledger, entry)
      return decision
    } catch (error) {
      if (errorCode(error) !== 'ledger.conflict') throw error
    }
  }
}

/** Every lane that was ever reserved for a solution. */
export async function loadLanes(ledger: Ledger, solution: string): Promise<readonly VersionLane[]> {
  return (await ledger.read(lanesStream(solution))).map((entry) => startIn(entry).versions)
}

async function complete(ledger: Ledger, entry: LedgerEvent): Promise<void> {
  const start = startIn(entry)
  await recordHotfix(ledger, start.hotfixId, [{ type: 'hotfix-started', data: { start }, key: 'started' }], entry.actor)
}

function startIn(entry: LedgerEvent): HotfixStart {
  return (entry.data as { readonly start: HotfixStart }).start // only `reserve` writes to this stream
}

function lanesStream(solution: string): string {
  return `hotfix-lanes/${solutionKey(solution)}`
}
