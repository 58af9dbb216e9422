import { Badge, Body1, Body1Strong, Caption1, makeStyles, tokens } from '@fluentui/react-components'
import type { WaiverListReply, WaiverViewReply } from '#contract'
import { Disclosure } from '../../components/disclosure.tsx'
import { Problem } from '../../components/problem.tsx'
import { type SayableWord, WordForm } from '../../components/word-form.tsx'
import type { Viewer } from '../../use-me.ts'
import { waivedText, whenText } from '../../words.ts'
import { useWaiverWord, type WaiverDeed } from './use-waivers.ts'

const useStyles = makeStyles({
  item: { display: 'flex', flexDirection: 'column', gap: '4px' },
  quiet: { color: tokens.colorNeutralForeground2 },
})

const stateWords: Readonly<Record<WaiverViewReply['state'], string>> = {
  proposed: 'Waiting',
  lapsed: 'Nobody decided in time',
  rejected: 'Rejected',
  revoked: 'Revoked',
  ahead: 'Begins later',
  'in-force': 'In force',
  expired: 'Ended',
}

/** One waiver: what it excepts and why, how it stands, and the viewer's word on it, or why they have none. */
export function WaiverItem({
  view,
  viewer,
  choices,
}: {
  readonly view: WaiverViewReply
  readonly viewer: Viewer
  readonly choices: WaiverListReply['choices']
}) {
  const styles = useStyles()
  const { waiver, state, may, whyNot } = view
  const word = useWaiverWord(waiver.waiverId)
  const { waives } = waiver
  const title = choices.rules.find(
    (rule) => waives.kind === 'check' && rule.waives.kind === 'check' && rule.waives.ruleId === waives.ruleId,
  )?.title
  const decisions = decisionWords.filter(({ value }) => may.includes(value))
  // Whoever decides says no by rejecting it.
  const mayEnd = may.includes('revoke') && decisions.length === 0
  return (
    <li className={styles.item}>
      <div>
        <Body1Strong>{`${waiver.scope.solution}: ${waivedText(waives, title)}`}</Body1Strong>{' '}
        <Badge
          appearance="tint"
          shape="rounded"
          color={state === 'in-force' ? 'success' : state === 'proposed' ? 'warning' : 'informative'}
        >
          {stateWords[state]}
        </Badge>
      </div>
      <Body1>{`Why: ${waiver.reason}`}</Body1>
      <Body1>{`Instead: ${waiver.measure}`}</Body1>
      <Caption1 className={styles.quiet}>{standing(view, viewer, choices)}</Caption1>
      {whyNot !== undefined && <Body1>{`You cannot approve it. ${whyNot}`}</Body1>}
      {decisions.length > 0 && (
        <WordForm
          label="Your decision"
          hint="Recorded with your name. Needed when you reject."
          missing="Say what is to be done instead."
          isPending={word.isPending}
          words={decisions}
          onSay={(deed, text) => word.mutate({ deed, text })}
        />
      )}
      {mayEnd && (
        <Disclosure
          text={state === 'proposed' ? 'Withdraw' : 'End it now'}
          label={`${state === 'proposed' ? 'Withdraw' : 'End it now'}: ${waivedText(waives, title)}`}
        >
          {() => (
            <WordForm
              label="Why it is no longer to hold"
              hint="Recorded with your name. What leans on it waits again."
              missing="Say why."
              isPending={word.isPending}
              words={[{ text: 'End it', value: 'revoke', isPrimary: true, needsReason: true }]}
              onSay={(deed: WaiverDeed, text) => word.mutate({ deed, text })}
            />
          )}
        </Disclosure>
      )}
      {word.error !== null && <Problem error={word.error} />}
    </li>
  )
}

const decisionWords: readonly SayableWord<WaiverDeed>[] = [
  { text: 'Approve', value: 'approve', isPrimary: true },
  { text: 'Reject', value: 'reject', needsReason: true },
]

const holdWords: Readonly<Partial<Record<WaiverViewReply['state'], string>>> = {
  proposed: 'would hold',
  lapsed: 'would have held',
  rejected: 'would have held',
  revoked: 'would have held',
  ahead: 'holds',
  'in-force': 'holds',
}

/** Where it holds, who said what, and until when. */
function standing({ waiver, state }: WaiverViewReply, viewer: Viewer, { solutions }: WaiverListReply['choices']): string {
  const { scope, requestedBy, requestedAt, decided, revoked, from, until } = waiver
  const stages = solutions.flatMap((one) => one.stages)
  const stage = stages.find(({ id }) => id === scope.stageId)?.name ?? scope.stageId
  const where = [
    ...(stage === undefined ? [] : [`only into ${stage}`]),
    ...(scope.artifact === undefined ? [] : ['only for one release']),
    ...(scope.place === undefined ? [] : [`only at ${scope.place}`]),
  ]
  return [
    ...where,
    `asked for by ${viewer.nameOf(requestedBy)}, ${whenText(requestedAt)}`,
    ...(decided === undefined
      ? []
      : [
          `${decided.verdict === 'approve' ? 'approved' : 'rejected'} by ${viewer.nameOf(decided.by)}${decided.comment === '' ? '' : ` (“${decided.comment}”)`}`,
        ]),
    ...(revoked === undefined ? [] : [`ended by ${viewer.nameOf(revoked.by)}, ${whenText(revoked.at)} (“${revoked.reason}”)`]),
    `${holdWords[state] ?? 'held'} from ${whenText(from)} until ${whenText(until)}`,
    waiver.waiverId,
  ].join(' · ')
}
