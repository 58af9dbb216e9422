import { Body1, Body1Strong, Caption1, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { CheckmarkCircle20Filled, Circle20Regular, DismissCircle20Filled, QuestionCircle20Filled } from '@fluentui/react-icons'
import type { GateStatusReply } from '#contract'
import { type ConditionKind, gateName } from '#domain/pipeline'
import { Section } from '../../components/section.tsx'
import { Sentence } from '../../components/sentence.tsx'
import type { Viewer } from '../../use-me.ts'
import { gateWords, readableText } from '../../words.ts'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '14px' },
  gate: { display: 'grid', gridTemplateColumns: '20px 1fr', gap: '10px' },
  icon: { marginTop: '1px' },
  open: { color: tokens.colorPaletteGreenForeground1 },
  unsure: { color: tokens.colorStatusWarningForeground1 },
  pending: { color: tokens.colorStatusWarningForeground1 },
  closed: { color: tokens.colorPaletteRedForeground1 },
  reasons: { listStyleType: 'none', margin: '2px 0 0', padding: 0, color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  turn: { color: tokens.colorNeutralForeground3 },
  hidden: { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)' },
})

const icons = {
  open: CheckmarkCircle20Filled,
  unsure: QuestionCircle20Filled,
  pending: Circle20Regular,
  closed: DismissCircle20Filled,
} as const
const words = { open: 'open', unsure: 'open, but not all could be told', pending: 'waiting', closed: 'closed' } as const

/** Every condition, how it stands and why. */
export function GatesSection({ gates, viewer }: { readonly gates: readonly GateStatusReply[]; readonly viewer: Viewer }) {
  const styles = useStyles()
  const open = gates.filter((gate) => gate.state === 'open').length
  return (
    <Section title="Gates" note={`${open} of ${gates.length} open`}>
      <ul className={styles.list}>
        {gates.map((gate) => {
          const look = gate.hasUnknown === true ? 'unsure' : gate.state
          const Icon = icons[look]
          return (
            <li key={gate.kind} className={styles.gate}>
              <Icon className={mergeClasses(styles.icon, styles[look])} aria-hidden="true" />
              <div>
                <Body1Strong>{gateWords[gate.kind]}</Body1Strong>
                <span className={styles.hidden}> ({words[look]})</span>
                <Turn gate={gate} />
                <ul className={styles.reasons}>
                  {gate.reasons.map((reason) => (
                    <li key={`${reason.subject} ${reason.message}`}>
                      <Body1>
                        <Sentence>{reasonText(gate.kind, reason, viewer)}</Sentence>
                      </Body1>
                    </li>
                  ))}
                </ul>
              </div>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}

/** Whose turn it is where a gate is not open, and who is accountable for it; or by what it is open. */
function Turn({ gate }: { readonly gate: GateStatusReply }) {
  const styles = useStyles()
  const { state, next, accountable, waiverId } = gate
  if (state === 'open')
    return waiverId === undefined ? null : (
      <Caption1 block className={styles.turn}>
        Open by an exception that was granted
      </Caption1>
    )
  return (
    <>
      {next !== undefined && (
        <Caption1 block className={styles.turn}>
          {next === 'fix' ? 'Somebody has to do something' : 'Clears by itself, with time'}
        </Caption1>
      )}
      {accountable !== undefined && <Caption1 block className={styles.turn}>{`Accountable: ${accountable}`}</Caption1>}
    </>
  )
}

function reasonText(kind: ConditionKind, reason: GateStatusReply['reasons'][number], viewer: Viewer): string {
  const subject = viewer.nameOf(reason.subject)
  const message = readableText(reason.message)
  // The gate is named above its reasons, and many reasons name their subject in their own sentence: saying it twice helps nobody.
  const isNamed = reason.subject === gateName(kind) || message.toLowerCase().includes(subject.toLowerCase())
  return isNamed ? message : `${subject}: ${message}`
}
