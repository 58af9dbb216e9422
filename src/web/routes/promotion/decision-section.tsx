import { Button, Field, makeStyles, Text, Textarea, tokens } from '@fluentui/react-components'
import { Checkmark20Regular, Dismiss20Regular } from '@fluentui/react-icons'
import { useState } from 'react'
import type { PeopleGateKind } from '#domain/pipeline'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { gateMeanings, gateWords } from '../../words.ts'
import type { ViewProps } from './promotion-page.tsx'
import { keyOf, type Place, PlaceChoice, placeText } from './place-choice.tsx'
import type { PromotionModel } from './use-promotion.ts'

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: '16px' },
  buttons: { display: 'flex', gap: '12px', flexWrap: 'wrap' },
  quiet: { color: tokens.colorNeutralForeground2 },
})

/** What the viewer may decide, and what follows; nothing when nothing waits for them. */
export function DecisionSection(props: ViewProps & { readonly decide: PromotionModel['decide'] }) {
  const { view, decide } = props
  // Of a release that travels with others the train is decided on.
  const places = view.promotion.request.train === undefined ? view.places : []
  const [first] = places
  if (first !== undefined) return <DecisionForm {...props} places={places} first={first} />
  if (decide.error !== null) return <Problem error={decide.error} />
  return null
}

function DecisionForm({
  view,
  names,
  decide,
  viewer,
  places,
  first,
}: ViewProps & {
  readonly decide: PromotionModel['decide']
  readonly places: readonly Place[]
  readonly first: Place
}) {
  const styles = useStyles()
  const [chosen, setChosen] = useState(keyOf(first))
  const [comment, setComment] = useState('')
  const [needsComment, setNeedsComment] = useState(false)
  const place = places.find((one) => keyOf(one) === chosen) ?? first
  const { gate, placeOf } = place
  function submit(verdict: 'approve' | 'reject'): void {
    const isMissing = verdict === 'reject' && comment.trim() === ''
    setNeedsComment(isMissing)
    if (!isMissing)
      decide.mutate(
        {
          ...{ gate, verdict, comment: comment.trim(), seen: view.seen },
          ...(placeOf === undefined ? {} : { onBehalfOf: placeOf }),
        },
        { onSuccess: () => setComment('') },
      )
  }
  return (
    <Section title="Your decision is needed" note={places.length === 1 ? placeText(place, viewer) : undefined}>
      <div className={styles.form}>
        <Text>{gateMeanings[gate]}</Text>
        <Text>{consequence(view, gate, names.environment)}</Text>
        <PlaceChoice places={places} place={place} choose={setChosen} viewer={viewer} />
        <Field
          label="Comment"
          hint="Recorded with your name. Needed when you reject."
          {...(needsComment
            ? { validationState: 'error' as const, validationMessage: 'Say why, so that the requester knows what to do.' }
            : {})}
        >
          <Textarea value={comment} onChange={(_, data) => setComment(data.value)} resize="vertical" />
        </Field>
        {decide.error !== null && <Problem error={decide.error} />}
        <div className={styles.buttons}>
          <Button
            appearance="primary"
            size="large"
            icon={<Checkmark20Regular />}
            disabled={decide.isPending}
            onClick={() => submit('approve')}
          >
            Approve
          </Button>
          <Button size="large" icon={<Dismiss20Regular />} disabled={decide.isPending} onClick={() => submit('reject')}>
            Reject
          </Button>
        </div>
      </div>
    </Section>
  )
}

function consequence(view: ViewProps['view'], gate: PeopleGateKind, environment: string): string {
  const others = view.gates.filter((one) => one.state !== 'open' && one.kind !== gate)
  const { solution, version } = view.promotion.request
  const definition = view.promotion.request.gates.find((one) => one.kind === gate)
  const given = view.promotion.decisions.filter((decision) => decision.gate === gate && decision.verdict === 'approve').length
  const missing = definition !== undefined && 'quorum' in definition ? definition.quorum - given - 1 : 0
  const bound = 'Your approval holds for exactly this file and this plan; if either changes, you are asked again.'
  if (missing > 0) return `If you approve, this gate still needs ${missing} more ${missing === 1 ? 'person' : 'people'}. ${bound}`
  if (others.length > 0) {
    return `If you approve, this gate opens. ${solution} ${version} goes into ${environment} once the others are open as well: ${others.map((one) => gateWords[one.kind]).join(', ')}. ${bound}`
  }
  return `If you approve, the last gate opens and ${solution} ${version} goes into ${environment} at once. ${bound}`
}
