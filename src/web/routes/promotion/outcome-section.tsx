import { makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Text, tokens } from '@fluentui/react-components'
import { CheckmarkCircle20Filled } from '@fluentui/react-icons'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { Sentence } from '../../components/sentence.tsx'
import { RefusedError } from '../../api.ts'
import type { ViewProps } from './promotion-page.tsx'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '8px' },
  line: { display: 'grid', gridTemplateColumns: '20px 1fr', gap: '10px', overflowWrap: 'anywhere' },
  icon: { color: tokens.colorPaletteGreenForeground1 },
})

/** How it ended, in words; nothing while it has not. */
export function OutcomeSection({ view, viewer }: Pick<ViewProps, 'view' | 'viewer'>) {
  const { status } = view.promotion
  switch (status.state) {
    case 'pending':
      return view.gates.some((gate) => gate.state === 'closed') ? (
        <Note
          intent="error"
          title="This promotion cannot go in"
          text="A gate is closed; its reasons say why. It can be withdrawn and asked for again once that is put right."
        />
      ) : null
    case 'running':
      return <Note intent="info" title="The work is going on" text="Each step is recorded below as it ends." />
    case 'migrating':
      return (
        <Note
          intent="warning"
          title="Data can be moved now"
          text={[
            'The upgrade is staged. It is applied when the owner of the solution or of its data says that the data has been moved.',
            ...status.reasons.map(({ subject, message }) => `${subject}: ${message}`),
          ].join(' ')}
        />
      )
    case 'succeeded':
      return (
        <>
          <Verification lines={status.verification} />
          <TagFailure failure={view.promotion.tagFailure} />
        </>
      )
    case 'failed':
      return <Problem error={new RefusedError(status.refusal)} />
    case 'errored':
      return (
        <Note
          intent="error"
          title="Drover was interrupted"
          text={`${status.message} It can be resumed by somebody who has looked at the environment.`}
        />
      )
    case 'indeterminate':
      return (
        <Note
          intent="warning"
          title="Nobody can tell yet whether it went in"
          text={`${status.message} It is held until a person has looked at the environment and says how to go on.`}
        />
      )
    case 'rejected':
      return <Note intent="error" title={`Rejected by ${viewer.nameOf(status.by)}`} text={status.comment} />
    case 'withdrawn':
      return <Note intent="info" title={`Withdrawn by ${viewer.nameOf(status.by)}`} text="" />
  }
}

function TagFailure({ failure }: { readonly failure: ViewProps['view']['promotion']['tagFailure'] }) {
  if (failure === undefined) return null
  return <Note intent="warning" title="The source could not be tagged yet" text={`${failure.message} It is tried again.`} />
}

function Note({ intent, title, text }: { readonly intent: 'info' | 'warning' | 'error'; readonly title: string; readonly text: string }) {
  return (
    <MessageBar intent={intent} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle>
        {text}
      </MessageBarBody>
    </MessageBar>
  )
}

function Verification({ lines }: { readonly lines: readonly string[] }) {
  const styles = useStyles()
  return (
    <Section title="Done and verified" note="by reading the environment afterwards">
      <ul className={styles.list}>
        {lines.map((line) => (
          <li key={line} className={styles.line}>
            <CheckmarkCircle20Filled className={styles.icon} aria-hidden="true" />
            <Text>
              <Sentence>{line}</Sentence>
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  )
}
