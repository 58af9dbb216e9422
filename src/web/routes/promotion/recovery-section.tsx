import { Body1Strong, Caption1, makeStyles, Text, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import type { PromotionViewReply, RecoveryPlanReply } from '#contract'
import { subjectWords, wayWords } from '#domain/recovery'
import { Section } from '../../components/section.tsx'
import { Sentence } from '../../components/sentence.tsx'
import { whenText } from '../../words.ts'

type Way = RecoveryPlanReply['ways'][number]

const useStyles = makeStyles({
  list: { margin: 0, paddingLeft: '20px', display: 'flex', flexDirection: 'column', gap: '12px' },
  steps: { margin: 0, paddingLeft: '18px' },
  quiet: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
})

/** What a recovery goes back from, and of any other promotion into a pet how its target comes back; nothing where neither was asked for. */
export function RecoverySection({ view }: { readonly view: PromotionViewReply }) {
  const { intent, recovery } = view.promotion.request
  if (intent?.kind === 'recovery') return <Recovering intent={intent} />
  // Once something went wrong, the ways back are offered in its place.
  return recovery === undefined || view.offers.length > 0 ? null : <WaysBack plan={recovery} />
}

function Recovering({ intent }: { readonly intent: Extract<PromotionViewReply['promotion']['request']['intent'], { kind: 'recovery' }> }) {
  return (
    <Section title="This goes back" note={wayWords[intent.way]}>
      <Text>{intent.reason}</Text>
      {intent.isOfOthers === true && (
        <Text>Others brought what it goes back to: this release has its version, and nothing proves that it has its content.</Text>
      )}
      {intent.of !== undefined && (
        <Link to="/promotions/$promotionId" params={{ promotionId: intent.of }}>
          What went wrong
        </Link>
      )}
    </Section>
  )
}

function WaysBack({ plan }: { readonly plan: RecoveryPlanReply }) {
  const styles = useStyles()
  const { knownGood, restorePoints } = plan
  const note = knownGood === undefined ? 'nothing earlier to go back to' : `known good is ${knownGood.version}`
  return (
    <Section title="How it comes back" note={note}>
      <ol className={styles.list}>
        {plan.ways.map((way) => (
          <WayBack key={way.kind} way={way} />
        ))}
      </ol>
      {restorePoints.length > 0 && (
        <Caption1 className={styles.quiet}>
          {`${restorePoints.length === 1 ? 'A restore point is there until it expires,' : `${restorePoints.length} restore points are there until they expire,`} ${restorePoints.length === 1 ? 'of' : 'the newest of'} ${whenText(restorePoints[0]?.rewindsTo ?? '')}: going back to it would rewind everybody's rows, and it opens no gate.`}
        </Caption1>
      )}
    </Section>
  )
}

function WayBack({ way }: { readonly way: Way }) {
  const styles = useStyles()
  return (
    <li>
      <Body1Strong block>{`By ${wayWords[way.kind]}${way.obstacles.length > 0 ? ': not as things are' : ''}`}</Body1Strong>
      <ul className={styles.steps}>
        {[...way.steps, ...way.obstacles.map(({ message }) => message)].map((step) => (
          <li key={step}>
            <Text>
              <Sentence>{step}</Sentence>
            </Text>
          </li>
        ))}
      </ul>
      <Caption1 className={styles.quiet}>{[goesText(way), practisedText(way)].filter((text) => text !== '').join(' ')}</Caption1>
    </li>
  )
}

function goesText({ losses }: Way): string {
  return losses.length === 0
    ? ''
    : `Data goes with ${losses.map(({ subject }) => subjectWords(subject)).join(', ')}; it is counted, acknowledged and saved before.`
}

function practisedText({ kind, lastRehearsal }: Way): string {
  if (kind === 'roll-forward' || kind === 'baseline') return ''
  if (lastRehearsal === undefined) return 'Never rehearsed.'
  const minutes = Math.max(1, Math.round(lastRehearsal.durationMs / 60_000))
  return `Rehearsed ${whenText(lastRehearsal.finishedAt)}: ${lastRehearsal.outcome}, in ${minutes} min.`
}
