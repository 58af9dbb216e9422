import { Body1, Caption1, makeStyles, tokens } from '@fluentui/react-components'
import type { PromotionViewReply } from '#contract'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { type SayableWord, WordForm } from '../../components/word-form.tsx'
import { whenText } from '../../words.ts'
import type { ViewProps } from './promotion-page.tsx'
import { useValidation, type ValidationWord } from './use-exceptions.ts'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '8px' },
  late: { color: tokens.colorPaletteRedForeground1 },
  quiet: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
})

/** How the pet stands it since it went in, and the viewer's word on that; nothing where nobody asks for it. */
export function WatchSection({ view, viewer }: Pick<ViewProps, 'view' | 'viewer'>) {
  const styles = useStyles()
  const validate = useValidation(view)
  const { watch, maySay, promotion } = view
  const said = promotion.validations ?? []
  if (watch === undefined && said.length === 0) return null
  return (
    <Section title="Watched after it went in">
      {watch !== undefined && <Standing watch={watch} />}
      {said.length > 0 && (
        <ul className={styles.list}>
          {said.map(({ of, outcome, by, at, note, evidence }) => (
            <li key={`${of} ${at}`}>
              <Body1 block>
                <strong>{outcome === 'passed' ? 'All is well' : 'It went badly'}</strong>
                {`: ${note}${evidence === undefined ? '' : ` (${evidence})`}`}
              </Body1>
              <Caption1 className={styles.quiet}>
                {`${viewer.nameOf(by)}, ${whenText(at)}${of === 'review' ? ', when it was looked at again' : ''}`}
              </Caption1>
            </li>
          ))}
        </ul>
      )}
      {maySay.length > 0 && (
        <WordForm
          label="What did you look at?"
          hint="Recorded with your name. That it went badly holds the environment for this solution, and offers the ways back."
          missing="Say what you looked at."
          isPending={validate.isPending}
          words={wordsFor(maySay)}
          onSay={(value, note) => validate.mutate({ ...wordOf[value], note })}
        />
      )}
      {validate.error !== null && <Problem error={validate.error} />}
    </Section>
  )
}

function Standing({ watch }: { readonly watch: NonNullable<PromotionViewReply['watch']> }) {
  const styles = useStyles()
  const { until, by, isOverdue, review } = watch
  return (
    <>
      {until !== undefined && <Body1>{`It is watched until ${whenText(until)}. That it went well can be said then.`}</Body1>}
      {by !== undefined && (
        <Body1 className={isOverdue ? styles.late : undefined}>
          {`${isOverdue ? 'Overdue: somebody had' : 'Somebody has'} to say how it went, until ${whenText(by)}. The next release waits for that word.`}
        </Body1>
      )}
      {review !== undefined && (
        <Body1 className={review.isOverdue ? styles.late : styles.quiet}>
          {`It ${review.isOverdue ? 'was' : 'is'} to be looked at again, ${whenText(review.at)}.`}
        </Body1>
      )}
    </>
  )
}

type Key = `${ValidationWord['of']}-${ValidationWord['outcome']}`

const wordOf: Readonly<Record<Key, Pick<ValidationWord, 'of' | 'outcome'>>> = {
  'watch-passed': { of: 'watch', outcome: 'passed' },
  'watch-failed': { of: 'watch', outcome: 'failed' },
  'review-passed': { of: 'review', outcome: 'passed' },
  'review-failed': { of: 'review', outcome: 'failed' },
}
const keyText: Readonly<Record<Key, string>> = {
  'watch-passed': 'All is well',
  'watch-failed': 'It went badly',
  'review-passed': 'Looked at again: all is well',
  'review-failed': 'Looked at again: it went badly',
}

/** A bad review says the same as a bad watch, so that it has a button of its own only where the watch has none. */
function wordsFor(maySay: PromotionViewReply['maySay']): readonly SayableWord<Key>[] {
  const keys = maySay.map(({ of, outcome }): Key => `${of}-${outcome}`)
  return keys
    .filter((key) => key !== 'review-failed' || !keys.includes('watch-failed'))
    .map((value) => ({ value, text: keyText[value], needsReason: true, isPrimary: value === 'watch-passed' }))
}
