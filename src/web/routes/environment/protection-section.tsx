import { Body1, Body1Strong, Button, makeStyles, Spinner, Text, tokens } from '@fluentui/react-components'
import { CheckmarkCircle20Filled, DismissCircle20Filled, QuestionCircle20Filled, Warning20Filled } from '@fluentui/react-icons'
import type { DriftReply, ProtectionReply } from '#contract'
import { layerPolicyOf } from '#domain/environment'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import type { Viewer } from '../../use-me.ts'
import { whenText } from '../../words.ts'
import type { EnvironmentModel } from './use-environment.ts'

const useStyles = makeStyles({
  state: { display: 'grid', gridTemplateColumns: '20px 1fr', gap: '10px' },
  good: { color: tokens.colorPaletteGreenForeground1 },
  warning: { color: tokens.colorStatusWarningForeground1 },
  bad: { color: tokens.colorPaletteRedForeground1 },
  quiet: { color: tokens.colorNeutralForeground2 },
  list: { margin: 0, paddingLeft: '18px', overflowWrap: 'anywhere' },
})

/** Who and what may change the environment, read from it. */
export function ProtectionSection({
  environment,
  protection,
  viewer,
}: {
  readonly environment: DriftReply['environment']
  readonly protection: EnvironmentModel['protection']
  readonly viewer: Viewer
}) {
  const styles = useStyles()
  const { kind, reason } = layerPolicyOf(environment)
  return (
    <Section title="Protection">
      {protection.data !== undefined && <State view={protection.data} viewer={viewer} />}
      {protection.isError && <Problem error={protection.error} />}
      <Text className={styles.quiet}>
        Layer policy <strong>{kind}</strong>: {reason}
      </Text>
      {protection.isFetching ? (
        <Spinner size="tiny" label="Asking the environment" />
      ) : (
        <Button size="small" onClick={() => void protection.refetch()}>
          Ask the environment again
        </Button>
      )}
    </Section>
  )
}

function State({ view, viewer }: { readonly view: ProtectionReply; readonly viewer: Viewer }) {
  const styles = useStyles()
  const { switched, proposal, foreignImports, unseen } = view
  const holders = view.powerfulRoles.filter((role) => role.holders.length > 0)
  return (
    <>
      <div className={styles.state}>
        <Mark view={view} />
        <div>
          <Body1>{view.verdict.message}</Body1>
          {switched !== undefined && (
            <Text block size={200} className={styles.quiet}>
              Switched {switched.isOn ? 'on' : 'off'} by {viewer.nameOf(switched.by)}, {whenText(switched.at)}: {switched.reason}
            </Text>
          )}
          {proposal !== undefined && (
            <Text block size={200} className={styles.warning}>
              {viewer.nameOf(proposal.proposedBy)} proposes to {proposal.isOn ? 'block' : 'allow'} changes by hand: {proposal.reason} A
              second person confirms it.
            </Text>
          )}
        </div>
      </div>
      <Part
        title="Who can change it"
        lines={holders.map(({ name, holders: who }) => `${name}: ${who.map((one) => one.name).join(', ')}`)}
      />
      <Part title="Imports that were not ours" lines={foreignImports.slice(0, 5).map(({ message }) => message)} />
      <Part title="Could not be seen" lines={unseen.map(({ what, why }) => `${what}: ${why}`)} />
    </>
  )
}

/** That a pet lets changes in is as it was asked for, and still no reason for a green mark. */
function Mark({ view }: { readonly view: ProtectionReply }) {
  const styles = useStyles()
  if (view.verdict.state === 'broken') return <DismissCircle20Filled className={styles.bad} aria-hidden="true" />
  if (view.verdict.state === 'unknown') return <QuestionCircle20Filled className={styles.warning} aria-hidden="true" />
  if (view.isBlocked === true) return <CheckmarkCircle20Filled className={styles.good} aria-hidden="true" />
  return <Warning20Filled className={view.environment.careClass === 'pet' ? styles.warning : styles.quiet} aria-hidden="true" />
}

function Part({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  const styles = useStyles()
  if (lines.length === 0) return null
  return (
    <div>
      <Body1Strong as="h3" block>
        {title}
      </Body1Strong>
      <ul className={styles.list}>
        {lines.map((line) => (
          <li key={line}>
            <Text size={200}>{line}</Text>
          </li>
        ))}
      </ul>
    </div>
  )
}
