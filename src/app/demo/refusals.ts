import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { productionStage, testStage } from '../local-configuration.ts'
import type { Rehearsal } from './rehearsal.ts'
import { tellRefusal } from './rehearsal.ts'
import type { PromotionViewReply, ReleaseReply } from '#contract'

/** The requester may not open the gate of an own request. */
export async function showOwnApproval(run: Rehearsal, view: PromotionViewReply): Promise<void> {
  const ada = await run.as('ada')
  const { promotionId } = view.promotion.request
  tellRefusal(
    run,
    { title: 'Ada approves her own request', code: 'PIP-10' },
    await ada.decideApproval({ promotionId, gate: 'approval', verdict: 'approve', comment: 'looks fine to me' }),
  )
}

/** A byte of the stored artifact is changed behind Drover's back; the bytes are put back afterwards. */
export async function showTampering(run: Rehearsal, release: ReleaseReply): Promise<void> {
  const file = await findStored(run, release)
  const bytes = await readFile(file)
  const tampered = Buffer.from(bytes)
  const middle = Math.floor(tampered.length / 2)
  tampered.writeUInt8(tampered.readUInt8(middle) ^ 0xff, middle)
  await writeFile(file, tampered)
  try {
    const ada = await run.as('ada')
    tellRefusal(
      run,
      { title: 'one byte of the artifact is changed in the store', code: 'PIP-02' },
      await ada.requestPromotion({ releaseId: release.id, stageId: productionStage }),
    )
  } finally {
    await writeFile(file, bytes)
  }
}

/** What is already in Test does not go there again. */
export async function showSameVersion(run: Rehearsal, release: ReleaseReply): Promise<void> {
  const ada = await run.as('ada')
  tellRefusal(
    run,
    { title: `version ${release.version} is asked into Test a second time`, code: 'STR-12' },
    await ada.requestPromotion({ releaseId: release.id, stageId: testStage }),
  )
}

async function findStored(run: Rehearsal, release: ReleaseReply): Promise<string> {
  const hex = release.managed.digest.slice('sha256:'.length)
  return join(run.drover.workspace.artifacts, hex.slice(0, 2), hex)
}
