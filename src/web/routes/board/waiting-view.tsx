import { Badge, makeStyles, Text, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import type { WaitingReply } from '#contract'
import type { WordKind } from '#domain/approval'
import { Section } from '../../components/section.tsx'
import { Sentence } from '../../components/sentence.tsx'
import { gateWords, listText } from '../../words.ts'

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: '8px', margin: 0, paddingLeft: 0, listStyleType: 'none' },
  quiet: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
})

type Asked = WaitingReply['promotions'][number]

/** What waits for a word of whoever looks, across all pipelines. Nothing when nothing does. */
export function WaitingView({ waiting }: { readonly waiting: WaitingReply }) {
  const styles = useStyles()
  const { promotions, trains, waivers, words } = waiting
  if (promotions.length + trains.length + waivers.length + words.length === 0) return null
  return (
    <Section title="Waits for you">
      <ul className={styles.list}>
        {promotions.map((one) => (
          <li key={`${one.promotionId} ${one.asks.join()}`}>
            <Link to="/promotions/$promotionId" params={{ promotionId: one.promotionId }}>
              {one.solution} {one.version}
            </Link>{' '}
            <Text className={styles.quiet}>{`into ${one.stageId}: ${listText(one.asks.map((ask) => askText(ask, one)))}`}</Text>
          </li>
        ))}
        {trains.map(({ trainId, name, gates }) => (
          <li key={trainId}>
            <Link to="/trains/$trainId" params={{ trainId }}>
              {`Train ${name}`}
            </Link>{' '}
            <Text className={styles.quiet}>{`decide on ${gatesText(gates)}`}</Text>
          </li>
        ))}
        {waivers.map(({ waiverId, solution }) => (
          <li key={waiverId}>
            <Link to="/waivers">{`Exception for ${solution}`}</Link> <Text className={styles.quiet}>{`decide on ${waiverId}`}</Text>
          </li>
        ))}
        {words.map(({ kind, id, what, command, path }) => (
          <li key={`${kind} ${id}`}>
            {path === undefined ? <Text>{wordNames[kind]}</Text> : <a href={path}>{wordNames[kind]}</a>}{' '}
            <Text className={styles.quiet}>
              <Sentence>{what}</Sentence> <code>{command}</code>
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  )
}

const wordNames: Readonly<Record<WordKind, string>> = {
  configuration: 'Change of the rules',
  deputy: 'Deputy',
  'timed-grant': 'Role with an end',
  certification: 'Rights to be certified',
  forgetting: 'Somebody to be forgotten',
  tier: 'Tier that was outgrown',
  'lower-tier': 'Lower tier',
  recovery: 'Recovery',
  protection: 'Protection of an environment',
  revert: 'Change by hand to be taken away',
  'signing-key': 'Key that signs the ledger',
  archive: 'Archive of evidence',
}

/** The mark of what waits for whoever looks. */
export function ForYou() {
  return (
    <Badge appearance="tint" shape="rounded" color="brand">
      Waits for you
    </Badge>
  )
}

function askText(ask: Asked['asks'][number], { gates }: Asked): string {
  switch (ask) {
    case 'decide':
      return `decide on ${gatesText(gates)}`
    case 'sign-off':
      return `sign ${gatesText(gates)} off`
    case 'answer-unknown':
      return 'answer for what nobody can tell'
    case 'acknowledge-loss':
      return 'let data go, or not'
    case 'validate':
      return 'say how it stands'
  }
}

function gatesText(gates: Asked['gates']): string {
  return listText(gates.map((gate) => `“${gateWords[gate]}”`))
}
