import { Text } from '@fluentui/react-components'
import { useState } from 'react'
import type { WaiverListReply } from '#contract'
import { toId } from '#domain/kernel'
import { Disclosure } from '../../components/disclosure.tsx'
import { ChoiceField, DayField, dayIn, endOfDay, Form, WordsField } from '../../components/form.tsx'
import { Section } from '../../components/section.tsx'
import { listText, roleWords, waivedText } from '../../words.ts'
import { useAskForWaiver } from './use-waivers.ts'

type Choices = WaiverListReply['choices']

/** The form in which an exception is asked for, or why the viewer cannot. */
export function AskSection({ choices }: { readonly choices: Choices }) {
  const [solution] = choices.solutions
  const [rule] = choices.rules
  return (
    <Section title="Ask for a waiver">
      {solution === undefined || rule === undefined ? (
        <Text>{choices.whyNot ?? 'The configuration names no solution yet.'}</Text>
      ) : (
        <Disclosure text="Ask for a waiver">
          {(close) => <AskForm choices={choices} solution={solution} rule={rule} onAsked={close} />}
        </Disclosure>
      )}
    </Section>
  )
}

const usualDays = 14

function AskForm({
  choices,
  onAsked,
  ...first
}: {
  readonly choices: Choices
  readonly solution: Choices['solutions'][number]
  readonly rule: Choices['rules'][number]
  readonly onAsked: () => void
}) {
  const ask = useAskForWaiver()
  const [said, setSaid] = useState({ solution: first.solution.solution, rule: '0', stage: '', reason: '', measure: '' })
  const solution = choices.solutions.find((one) => one.solution === said.solution) ?? first.solution
  const rule = choices.rules[Number(said.rule)] ?? first.rule
  const [chosenDay, setDay] = useState<string>()
  const day = chosenDay ?? dayIn(Math.max(0, Math.min(usualDays, solution.longestDays - 1)))
  const [isSent, setIsSent] = useState(false)
  const until = endOfDay(day)
  const missing = (text: string, words: string) => (isSent && text.trim() === '' ? words : undefined)
  const set = (part: Partial<typeof said>): void => setSaid({ ...said, ...part })
  function submit(): void {
    setIsSent(true)
    const [reason, measure] = [said.reason.trim(), said.measure.trim()]
    if (until === undefined || reason === '' || measure === '') return
    const stageId = solution.stages.find(({ id }) => id === said.stage)?.id
    const scope = { solution: solution.solution, ...(stageId === undefined ? {} : { stageId }) }
    ask.mutate({ waives: rule.waives, ...scope, reason, measure, until: toId(until) }, { onSuccess: onAsked })
  }
  return (
    <Form label="Ask for a waiver" button="Send it to those who decide" isPending={ask.isPending} error={ask.error} onSubmit={submit}>
      <ChoiceField
        label="Solution"
        value={solution.solution}
        options={choices.solutions.map((one) => ({ value: one.solution, text: one.solution }))}
        onChange={(value) => set({ solution: value, stage: '' })}
      />
      <ChoiceField
        label="What is to be excepted"
        hint={`Approved by one with the role ${listText(rule.approvers.map((role) => roleWords[role])).replace(/ and ([^,]*)$/, ' or $1')}.`}
        value={said.rule}
        options={choices.rules.map(({ waives, title }, index) => ({ value: String(index), text: waivedText(waives, title) }))}
        onChange={(value) => set({ rule: value })}
      />
      <ChoiceField
        label="Where"
        value={said.stage}
        options={[
          { value: '', text: 'Into every stage' },
          ...solution.stages.map(({ id, name }) => ({ value: id, text: `Only into ${name}` })),
        ]}
        onChange={(value) => set({ stage: value })}
      />
      <WordsField
        label="Why the rule cannot be kept"
        value={said.reason}
        missing={missing(said.reason, 'Say why, so that somebody can decide.')}
        onChange={(value) => set({ reason: value })}
      />
      <WordsField
        label="What is done instead"
        hint="For example what is looked at after the release, and by whom."
        value={said.measure}
        missing={missing(said.measure, 'Say what stands in for the rule.')}
        onChange={(value) => set({ measure: value })}
      />
      <DayField
        label="Last day on which it holds"
        hint={`At most ${solution.longestDays} days from now. It can be asked for again.`}
        value={day}
        missing={isSent && until === undefined ? 'Name a day.' : undefined}
        onChange={setDay}
      />
    </Form>
  )
}
