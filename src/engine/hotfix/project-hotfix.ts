import type { Hotfix, HotfixEvent } from '#domain/hotfix'
import { addDeployment, addRelease, evolveHotfix, stateOfHotfix } from '#domain/hotfix'
import type { Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { Folded, Projection } from '#engine/ports'
import { solutionKey } from '../summaries.ts'

/** From its own stream, from the releases that were sealed of it, and from what of them went into production. */
export const hotfixProjection: Projection = {
  kind: 'hotfix',
  id: (event, folded) => {
    if (event.stream.startsWith('hotfix/')) return event.stream.slice('hotfix/'.length)
    if (event.type === 'release-sealed') return sealed(folded)?.hotfix?.hotfixId
    return event.type === 'attempt-succeeded' ? hotfixOf(succeeded(folded)) : undefined
  },
  fold: (document, event, folded) => {
    // A document of this kind is what this projection folds, and the stream is written only through NewHotfixEvent.
    const hotfix = document as Hotfix | undefined
    if (event.stream.startsWith('hotfix/')) return evolveHotfix(hotfix, event as HotfixEvent)
    const release = event.type === 'release-sealed' ? sealed(folded) : undefined
    if (release !== undefined) return addRelease(hotfix, release)
    const promotion = succeeded(folded)
    return promotion === undefined ? hotfix : addDeployment(hotfix, promotion)
  },
  summarise: (document) => {
    const hotfix = document as Hotfix // as above
    const isMerging = hotfix.merge?.state === 'running'
    return {
      solutionKey: solutionKey(hotfix.solution),
      state: stateOfHotfix(hotfix),
      // What the sweep looks for.
      work: hotfix.preparation.state === 'running' || isMerging ? 'running' : 'none',
    }
  },
}

function sealed(folded: Folded): Release | undefined {
  return folded('release') as Release | undefined // documents of a kind come from its own projection
}

function succeeded(folded: Folded): Promotion | undefined {
  return folded('promotion') as Promotion | undefined // as above
}

function hotfixOf(promotion: Promotion | undefined): string | undefined {
  const intent = promotion?.request.intent
  return intent?.kind === 'hotfix' ? intent.hotfixId : undefined
}
