import { Body1, makeStyles, Text, tokens } from '@fluentui/react-components'
import type { CattleReply } from '#contract'
import { Section } from '../../components/section.tsx'
import { whenText } from '../../words.ts'

const useStyles = makeStyles({
  list: { margin: 0, paddingLeft: '20px', display: 'flex', flexDirection: 'column', gap: '8px', overflowWrap: 'anywhere' },
  quiet: { color: tokens.colorNeutralForeground2 },
  failure: { color: tokens.colorPaletteRedForeground1 },
})

/** How long a disposable environment stays, whether somebody was warned of its end, and how far its rebuild is. */
export function LifeSection({ life }: { readonly life: CattleReply }) {
  const styles = useStyles()
  const { removal, rebuild } = life
  return (
    <Section title="End and rebuild">
      <Body1>
        {removal === undefined ? endText(life) : `It is removed (${removal.state}): ${removal.note === '' ? removal.why : removal.note}`}
      </Body1>
      {rebuild === undefined ? (
        <Text className={styles.quiet}>{rebuiltText(life)}</Text>
      ) : (
        <>
          <Body1 className={rebuild.state === 'running' || rebuild.state === 'waiting' ? undefined : styles.failure}>
            {rebuildWords[rebuild.state]} {rebuild.note} ({rebuild.id})
          </Body1>
          {rebuild.steps.length > 0 && (
            <ol className={styles.list} aria-label="What the rebuild waits for">
              {rebuild.steps.map(({ who, where, what }) => (
                <li key={`${where} ${what}`}>
                  <Text block>{what}</Text>
                  <Text block size={200} className={styles.quiet}>
                    {who}, in {where}
                  </Text>
                </li>
              ))}
            </ol>
          )}
        </>
      )}
    </Section>
  )
}

const rebuildWords: Readonly<Record<NonNullable<CattleReply['rebuild']>['state'], string>> = {
  running: 'It is being rebuilt.',
  waiting: 'Its rebuild waits for people.',
  failed: 'Its rebuild failed.',
  errored: 'Its rebuild broke off.',
  indeterminate: 'Nobody can tell how its rebuild ended.',
}

function endText({ end, warnedAt }: CattleReply): string {
  if (end.state === 'none') return 'It has no end.'
  const warned = warnedAt === undefined ? 'Nobody was warned of that yet.' : `That was announced ${whenText(warnedAt)}.`
  const ends = end.state === 'over' ? `Its end came ${whenText(end.endsAt)}.` : `It ends ${whenText(end.endsAt)}.`
  return 'removedFrom' in end
    ? `${ends} ${warned} It is removed from ${whenText(end.removedFrom)} on, unless it is kept.`
    : `${ends} ${warned}`
}

function rebuiltText({ lastRebuiltAt, rebuildNote }: CattleReply): string {
  const last = lastRebuiltAt === undefined ? 'Drover has not rebuilt it.' : `Last rebuilt ${whenText(lastRebuiltAt)}.`
  return rebuildNote === undefined ? last : `${last} To be looked at: ${rebuildNote}.`
}
