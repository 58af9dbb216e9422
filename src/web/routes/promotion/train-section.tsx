import { Button, Field, makeStyles, Spinner, Text, Textarea, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { TrainViewReply } from '#contract'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { useViewer } from '../../use-me.ts'
import { gateWords } from '../../words.ts'
import { keyOf, type Place, PlaceChoice } from './place-choice.tsx'
import { type TrainModel, useTrain } from './use-train.ts'

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: '8px', margin: 0, paddingLeft: '20px' },
  form: { display: 'flex', flexDirection: 'column', gap: '12px', marginTop: '16px' },
  buttons: { display: 'flex', gap: '12px', flexWrap: 'wrap' },
  quiet: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
})

/** The train with which a release travels: what is in, what is not, and the viewer's word on all of it. */
export function TrainSection({ trainId }: { readonly trainId: string }) {
  const { view, decide } = useTrain(trainId)
  if (view.isPending) return <Spinner label="Reading the train" />
  if (view.data === undefined) return <Problem error={view.error} />
  return <TrainView view={view.data} decide={decide} />
}

function TrainView({ view, decide }: { readonly view: TrainViewReply; readonly decide: TrainModel['decide'] }) {
  const styles = useStyles()
  const viewer = useViewer()
  const { train, promotions, places, wayBack } = view
  const [first] = places
  return (
    <Section title={train.name === train.trainId ? 'Train' : `Train ${train.name}`} note={`Tier ${train.tier} for all of it`}>
      <ol className={styles.list}>
        {train.members.map(({ promotionId, solution, version, needs }) => {
          const state = promotions.find(({ promotion }) => promotion.request.promotionId === promotionId)?.promotion.status.state
          return (
            <li key={promotionId}>
              <Link to="/promotions/$promotionId" params={{ promotionId }}>
                {solution} {version}
              </Link>{' '}
              {state !== undefined && <StateBadge state={state} />}
              {needs.length > 0 && (
                <Text block className={styles.quiet}>
                  Needs {needs.join(', ')}
                </Text>
              )}
            </li>
          )
        })}
      </ol>
      {train.collisions.map(({ kind, solutions, components }) => (
        <Text block className={styles.quiet} key={`${kind} ${solutions.join(' ')}`}>
          {solutions.join(' and ')} {kind === 'shared' ? 'both have a say on' : 'take from each other'} {components.join(', ')}.
        </Text>
      ))}
      {train.decisions.map(({ gate, by, onBehalfOf, verdict, comment }) => (
        <Text block className={styles.quiet} key={`${gate} ${by}`}>
          {`${viewer.nameOf(by)}${onBehalfOf === undefined ? '' : ` in the place of ${viewer.nameOf(onBehalfOf)}`} said ${verdict === 'approve' ? 'yes' : 'no'} at “${gateWords[gate]}”${comment === '' ? '' : `: ${comment}`}`}
        </Text>
      ))}
      {wayBack.length > 0 && (
        <>
          <Text block weight="semibold">
            The way back, in this order
          </Text>
          <ol className={styles.list}>
            {wayBack.map(({ promotionId, solution, message }) => (
              <li key={promotionId}>
                {solution}: {message}
              </li>
            ))}
          </ol>
        </>
      )}
      {first !== undefined && <DecisionForm places={places} first={first} view={view} decide={decide} />}
      {decide.error !== null && <Problem error={decide.error} />}
    </Section>
  )
}

function DecisionForm({
  places,
  first,
  view,
  decide,
}: {
  readonly places: readonly Place[]
  readonly first: Place
  readonly view: TrainViewReply
  readonly decide: TrainModel['decide']
}) {
  const styles = useStyles()
  const viewer = useViewer()
  const [chosen, setChosen] = useState(keyOf(first))
  const [comment, setComment] = useState('')
  const [needsComment, setNeedsComment] = useState(false)
  const place = places.find((one) => keyOf(one) === chosen) ?? first
  const { gate, placeOf } = place
  function submit(verdict: 'approve' | 'reject'): void {
    const isMissing = verdict === 'reject' && comment.trim() === ''
    setNeedsComment(isMissing)
    const onBehalfOf = placeOf === undefined ? {} : { onBehalfOf: placeOf }
    if (!isMissing)
      decide.mutate({ gate, verdict, comment: comment.trim(), seen: view.binding, ...onBehalfOf }, { onSuccess: () => setComment('') })
  }
  const count = view.train.members.length
  return (
    <div className={styles.form}>
      <PlaceChoice places={places} place={place} choose={setChosen} viewer={viewer} />
      <Text>
        {gateWords[gate]}: your word holds for all {count} releases, exactly as they are shown. Look at the plan of each before you approve.
      </Text>
      <Field
        label="Comment"
        hint="Recorded with your name. Needed when you reject, which ends the train."
        {...(needsComment
          ? { validationState: 'error' as const, validationMessage: 'Say why, so that the requester knows what to do.' }
          : {})}
      >
        <Textarea value={comment} onChange={(_, data) => setComment(data.value)} resize="vertical" />
      </Field>
      <div className={styles.buttons}>
        <Button appearance="primary" disabled={decide.isPending} onClick={() => submit('approve')}>
          Approve the train
        </Button>
        <Button disabled={decide.isPending} onClick={() => submit('reject')}>
          Reject the train
        </Button>
      </div>
    </div>
  )
}
