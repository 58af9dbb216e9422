import { Body1, Body1Strong, Caption1, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components'
import type { PromotionReply, WaiverViewReply } from '#contract'
import { Section } from '../../components/section.tsx'
import type { Viewer } from '../../use-me.ts'
import { gateWords, listText, waivedText, whenText } from '../../words.ts'
import { useWaivers } from './use-exceptions.ts'
import type { ViewProps } from './promotion-page.tsx'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '12px' },
  quiet: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
})

/** In what it is not as other promotions are, told before anybody is asked to decide: an emergency, waivers, decisions that take too long. */
export function ExceptionsSection({ view, viewer }: Pick<ViewProps, 'view' | 'viewer'>) {
  const waivers = useWaivers(view)
  const { request, status, escalations = [] } = view.promotion
  const late = status.state === 'pending' ? escalations : []
  return (
    <>
      <Exception intent={request.intent} isOpen={status.state === 'pending'} />
      {waivers.length > 0 && <Waivers waivers={waivers} viewer={viewer} />}
      {late.map(({ gate, afterHours, to, answeredBy = [], escalatedAt }) => (
        <MessageBar key={gate} intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{`“${gateWords[gate]}” has waited for more than ${afterHours} hours`}</MessageBarTitle>
            {`${listText(to.map((id) => viewer.nameOf(id)))} ${to.length === 1 ? 'was' : 'were'} told, ${whenText(escalatedAt)}. ${answerText(answeredBy.map((id) => viewer.nameOf(id)))}`}
          </MessageBarBody>
        </MessageBar>
      ))}
    </>
  )
}

function answerText(names: readonly string[]): string {
  if (names.length === 0) return 'The decision stays with those whom the gate names, and their deputies.'
  return `${listText(names)} may answer in the place of those whom the gate names.`
}

/** What an emergency or a hotfix does not wait for, and what becomes of that. */
function Exception({ intent, isOpen }: { readonly intent: PromotionReply['request']['intent']; readonly isOpen: boolean }) {
  if (intent?.kind !== 'emergency' && intent?.kind !== 'hotfix') return null
  const past = intent.notWaitedFor.map(({ kind }) => `“${gateWords[kind]}”`)
  const what = intent.kind === 'emergency' ? 'an emergency' : 'a hotfix'
  return (
    <MessageBar intent={isOpen ? 'warning' : 'info'} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{`This ${isOpen ? 'is' : 'was'} ${what}`}</MessageBarTitle>
        {`${asSentence(intent.reason)} `}
        {past.length > 0 &&
          `It ${isOpen ? 'does' : 'did'} not wait for ${listText(past)}; what people have to say of it is owed within ${intent.signOffWorkingDays} working days after it went in. `}
        {intent.kind === 'emergency' &&
          isOpen &&
          `The work has to begin by ${whenText(intent.expiresAt)}; after that it is asked for again, or goes the usual way.`}
      </MessageBarBody>
    </MessageBar>
  )
}

function Waivers({ waivers, viewer }: { readonly waivers: readonly WaiverViewReply[]; readonly viewer: Viewer }) {
  const styles = useStyles()
  return (
    <Section title="Exceptions that were granted" note={`${waivers.length} ${waivers.length === 1 ? 'waiver' : 'waivers'}`}>
      <ul className={styles.list}>
        {waivers.map(({ waiver }) => (
          <li key={waiver.waiverId}>
            <Body1Strong block>{waivedText(waiver.waives)}</Body1Strong>
            <Body1 block>{`Why: ${waiver.reason}`}</Body1>
            <Body1 block>{`Instead: ${waiver.measure}`}</Body1>
            <Caption1 className={styles.quiet}>
              {`Asked for by ${viewer.nameOf(waiver.requestedBy)}`}
              {waiver.decided !== undefined && `, approved by ${viewer.nameOf(waiver.decided.by)}`}
              {`; ends ${whenText(waiver.until)} (${waiver.waiverId})`}
            </Caption1>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`
}
