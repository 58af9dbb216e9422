import { Body1, Body1Strong, Caption1, makeStyles, mergeClasses, Spinner, Text, Title1, tokens } from '@fluentui/react-components'
import { CheckmarkCircle20Filled, DismissCircle20Filled, Edit20Filled } from '@fluentui/react-icons'
import type { ReadinessReply } from '#contract'
import { usePageTitle } from '../../components/page-title.ts'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { Sentence } from '../../components/sentence.tsx'
import { whenText } from '../../words.ts'
import { useReadiness } from './use-readiness.ts'

type ItemReply = ReadinessReply['items'][number]

const useStyles = makeStyles({
  page: { display: 'flex', flexDirection: 'column', gap: '20px' },
  lead: { color: tokens.colorNeutralForeground2, marginTop: '4px', display: 'block', maxWidth: '720px' },
  score: { fontSize: tokens.fontSizeHero900, lineHeight: tokens.lineHeightHero900, fontWeight: tokens.fontWeightSemibold },
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '14px' },
  item: { display: 'grid', gridTemplateColumns: '20px 1fr', gap: '10px' },
  icon: { marginTop: '1px' },
  proved: { color: tokens.colorPaletteGreenForeground1 },
  attested: { color: tokens.colorStatusWarningForeground1 },
  missing: { color: tokens.colorPaletteRedForeground1 },
  quiet: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  reasons: { margin: '4px 0 0', paddingLeft: '18px', color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
})

const icons = { proved: CheckmarkCircle20Filled, attested: Edit20Filled, missing: DismissCircle20Filled } as const
const stateWords = { proved: 'Proved by what was read', attested: 'Said by a person', missing: 'Missing' } as const

export function ReadinessPage() {
  usePageTitle('Readiness')
  const readiness = useReadiness()
  if (readiness.isPending) return <Spinner label="Looking at what is known" />
  if (readiness.data === undefined) return <Problem error={readiness.error} />
  return <ReadinessView readiness={readiness.data} />
}

function ReadinessView({ readiness }: { readonly readiness: ReadinessReply }) {
  const styles = useStyles()
  const { items, counts, score, next } = readiness
  return (
    <div className={styles.page}>
      <div>
        <Title1 as="h1">Readiness</Title1>
        <Text className={styles.lead}>
          How far this tenant is on its way to releases that can be trusted. What was proved counts double; a word of a person counts only
          where nothing that was read shows the opposite.
        </Text>
      </div>
      <Section title="Score">
        <span className={styles.score}>{score} of 100</span>
        <Body1>
          {counts.proved} proved, {counts.attested} said by a person, {counts.missing} missing, of {items.length}.
        </Body1>
      </Section>
      {next.length > 0 && (
        <Section title="What to do next">
          <ul className={styles.list}>
            {next.slice(0, nextShown).map(({ item, what }) => (
              <li key={item}>
                <Body1Strong>{titleOf(items, item)}</Body1Strong>
                <br />
                <Body1 className={styles.quiet}>{what}</Body1>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="Items" note={`${counts.proved + counts.attested} of ${items.length}`}>
        <ul className={styles.list}>
          {items.map((one) => (
            <Item key={one.item.id} one={one} />
          ))}
        </ul>
      </Section>
    </div>
  )
}

const nextShown = 3

function titleOf(items: readonly ItemReply[], id: string): string {
  return items.find(({ item }) => item.id === id)?.item.title ?? id
}

function Item({ one }: { readonly one: ItemReply }) {
  const styles = useStyles()
  const { item, state, at, reasons } = one
  const Icon = icons[state]
  return (
    <li className={styles.item}>
      <Icon className={mergeClasses(styles.icon, styles[state])} aria-hidden="true" />
      <div>
        <Body1Strong>{item.title}</Body1Strong>
        <br />
        <Caption1 className={styles.quiet}>
          {stateWords[state]}
          {at === undefined ? '' : `, ${whenText(at)}`} · {item.id} · {item.proof}
        </Caption1>
        {reasons.length > 0 && (
          <ul className={styles.reasons}>
            {reasons.map((reason) => (
              <li key={`${reason.subject} ${reason.message}`}>
                <Body1>
                  {reason.subject}: <Sentence>{reason.message}</Sentence>
                </Body1>
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  )
}
