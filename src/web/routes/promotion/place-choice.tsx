import { Field, makeStyles, Radio, RadioGroup, Text, tokens } from '@fluentui/react-components'
import type { PromotionViewReply } from '#contract'
import type { Viewer } from '../../use-me.ts'
import { gateWords } from '../../words.ts'

/** A gate at which somebody may decide, and whose place they take there. */
export type Place = PromotionViewReply['places'][number]

const useStyles = makeStyles({ quiet: { color: tokens.colorNeutralForeground2 } })

/** Lets whoever may decide in several places say in which, and tells whose it is. */
export function PlaceChoice({
  places,
  place,
  choose,
  viewer,
}: {
  readonly places: readonly Place[]
  readonly place: Place
  readonly choose: (key: string) => void
  readonly viewer: Viewer
}) {
  const styles = useStyles()
  return (
    <>
      {places.length > 1 && (
        <Field label="You may decide more than one thing">
          <RadioGroup value={keyOf(place)} onChange={(_, data) => choose(data.value)}>
            {places.map((one) => (
              <Radio key={keyOf(one)} value={keyOf(one)} label={placeText(one, viewer)} />
            ))}
          </RadioGroup>
        </Field>
      )}
      {place.placeOf !== undefined && (
        <Text className={styles.quiet}>{`You decide in the place of ${viewer.nameOf(place.placeOf)}, and it is recorded so.`}</Text>
      )}
    </>
  )
}

export function keyOf({ gate, placeOf }: Place): string {
  return `${gate} ${placeOf ?? ''}`
}

export function placeText({ gate, placeOf }: Place, viewer: Viewer): string {
  return placeOf === undefined ? gateWords[gate] : `${gateWords[gate]}, in the place of ${viewer.nameOf(placeOf)}`
}
