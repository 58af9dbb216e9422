import type { LedgerEvent } from '#domain/kernel'
import type { Notice, NoticeFacts } from './notice.ts'
import { tellOfDeadline } from './tell-of-deadline.ts'
import { environmentTellers } from './tell-of-environment.ts'
import { evidenceTellers } from './tell-of-evidence.ts'
import { promotionTellers } from './tell-of-promotion.ts'
import { requestTellers } from './tell-of-requests.ts'
import { rightsTellers } from './tell-of-rights.ts'

/** Says what an entry of one type means; the types are written by one concept each. */
export type Teller = (event: LedgerEvent, facts: NoticeFacts) => Notice | undefined

const tellers: Readonly<Record<string, Teller>> = {
  ...promotionTellers,
  ...requestTellers,
  ...environmentTellers,
  ...rightsTellers,
  ...evidenceTellers,
  'deadline-passed': tellOfDeadline,
}

/** Every type of entry that people may have to hear of. */
export const toldTypes: ReadonlySet<string> = new Set(Object.keys(tellers))

/** What an entry of the ledger says to people; undefined where nobody has to hear of it. */
export function writeNotice(event: LedgerEvent, facts: NoticeFacts): Notice | undefined {
  return toldTypes.has(event.type) ? tellers[event.type]?.(event, facts) : undefined
}
