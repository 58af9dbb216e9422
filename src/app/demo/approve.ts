import type { PromotionViewReply } from '#contract'
import type { GateKind } from '#domain/pipeline'
import type { Rehearsal } from './rehearsal.ts'
import { granted } from './rehearsal.ts'

/** Each awaited person decides at their gate, but for the gates that are left out. */
export async function approveAll(run: Rehearsal, view: PromotionViewReply, leaveOut: readonly GateKind[] = []): Promise<void> {
  const { promotionId, gates } = view.promotion.request
  for (const gate of gates) {
    if (!('people' in gate) || leaveOut.includes(gate.kind)) continue
    for (const person of gate.people.slice(0, gate.quorum)) {
      const client = await run.as(person)
      granted(
        await client.decideApproval({
          promotionId,
          gate: gate.kind,
          verdict: 'approve',
          comment: `Seen: plan and artifact ${view.promotion.request.boundTo.artifact.slice(0, 19)}…`,
        }),
      )
      run.say(`    ${person} approves at gate ${gate.kind}`)
    }
  }
}
