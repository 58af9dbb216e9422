import { Badge, Body1, Body1Strong, Caption1, makeStyles, Text, tokens } from '@fluentui/react-components'
import type { PlanReply } from '#contract'
import { callComponent } from '#domain/plan'
import { Section } from '../../components/section.tsx'
import { Sentence } from '../../components/sentence.tsx'
import { whenText } from '../../words.ts'
import { Certainty } from './certainty.tsx'
import type { ViewProps } from './promotion-page.tsx'

type Component = PlanReply['content'][number]
type Loss = Component['losses'][number]

const useStyles = makeStyles({
  group: { display: 'flex', flexDirection: 'column', gap: '6px' },
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  line: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) auto',
    gap: '12px',
    padding: '8px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    alignItems: 'baseline',
  },
  text: { overflowWrap: 'anywhere', display: 'flex', flexDirection: 'column', gap: '2px' },
  quiet: { color: tokens.colorNeutralForeground2 },
  danger: { color: tokens.colorPaletteRedForeground1 },
  losses: { margin: 0, paddingLeft: '18px' },
})

/** The gravest first; each long list is cut, and says by how much. */
const groups: readonly { readonly effect: Component['effect']; readonly title: string; readonly isGrave?: boolean }[] = [
  { effect: 'destroy', title: 'Is destroyed', isGrave: true },
  { effect: 'hide', title: 'Goes in and will not show' },
  { effect: 'change', title: 'Changes' },
  { effect: 'create', title: 'Is new' },
]

const shownOf: Readonly<Record<Component['effect'], number>> = { destroy: 500, hide: 200, change: 50, create: 50 }

/** What happens to what is in the target. Nothing where the plan does not say. */
export function ContentSection({ view, names }: Pick<ViewProps, 'view' | 'names'>) {
  const styles = useStyles()
  const { plan } = view.promotion.request
  if (plan.content.length === 0 && plan.unseen.length === 0) return null
  const destroyed = plan.content.filter((component) => component.effect === 'destroy').length
  return (
    <Section title={`What becomes of what is in ${names.environment}`} note={destroyed === 0 ? undefined : `${destroyed} destroyed`}>
      {groups.map((group) => (
        <Group key={group.effect} {...group} components={plan.content.filter((component) => component.effect === group.effect)} />
      ))}
      {plan.saferWay.length > 0 && (
        <div className={styles.group}>
          <Body1Strong as="h3" block className={styles.quiet}>
            The way that loses nothing
          </Body1Strong>
          <ol className={styles.losses}>
            {plan.saferWay.map((step) => (
              <li key={step}>
                <Body1>
                  <Sentence>{step}</Sentence>
                </Body1>
              </li>
            ))}
          </ol>
        </div>
      )}
      {plan.unseen.length > 0 && (
        <div className={styles.group}>
          <Body1Strong as="h3" block className={styles.danger}>
            Could not be seen, so nobody can tell what becomes of it
          </Body1Strong>
          <ul className={styles.losses}>
            {plan.unseen.map((one) => (
              <li key={one.what}>
                <Body1>
                  <strong>{one.what}</strong>: {one.why}
                </Body1>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Section>
  )
}

function Group({
  effect,
  title,
  isGrave = false,
  components,
}: {
  readonly effect: Component['effect']
  readonly title: string
  readonly isGrave?: boolean
  readonly components: readonly Component[]
}) {
  const styles = useStyles()
  if (components.length === 0) return null
  const shown = components.slice(0, shownOf[effect])
  return (
    <div className={styles.group}>
      <Body1Strong as="h3" block className={isGrave ? styles.danger : styles.quiet}>
        {title} ({components.length})
      </Body1Strong>
      <ul className={styles.list}>
        {shown.map((component) => (
          <ContentLine key={`${component.kind}:${component.key}`} component={component} />
        ))}
      </ul>
      {components.length > shown.length && (
        <Text className={styles.quiet}>And {components.length - shown.length} more; the plan of the command line lists all.</Text>
      )}
    </div>
  )
}

function ContentLine({ component }: { readonly component: Component }) {
  const styles = useStyles()
  return (
    <li className={styles.line}>
      <span className={styles.text}>
        <Body1Strong>{callComponent(component)}</Body1Strong>
        <Body1 className={styles.quiet}>{component.message}</Body1>
        {component.losses.length > 0 && (
          <ul className={styles.losses}>
            {component.losses.map((loss) => (
              <LossLine key={loss.kind} loss={loss} />
            ))}
          </ul>
        )}
        <Caption1 className={styles.quiet}>{comesBackWords[component.comesBack]}</Caption1>
      </span>
      <Certainty certainty={component.certainty} />
    </li>
  )
}

const comesBackWords: Readonly<Record<Component['comesBack'], string>> = {
  yes: 'Can be undone as it was.',
  'with-loss': 'Can be undone, without what is named here.',
  never: 'Cannot be undone.',
}

/** A number is only as good as the way it was counted, and as old as it is. */
function LossLine({ loss }: { readonly loss: Loss }) {
  const styles = useStyles()
  const { kind, count } = loss
  if (count.kind === 'unknown') {
    return (
      <li>
        <Body1>
          An unknown number of {lossWords[kind]}: {count.why}{' '}
          <Badge appearance="tint" color="danger" shape="rounded">
            not known
          </Badge>
        </Body1>
      </li>
    )
  }
  return (
    <li>
      <Body1>
        {count.kind === 'exact' ? '' : 'at least '}
        {count.n.toLocaleString()} {lossWords[kind]}{' '}
        <span className={styles.quiet}>
          ({count.method}, {whenText(count.asOf)})
        </span>
      </Body1>
    </li>
  )
}

const lossWords: Readonly<Record<Loss['kind'], string>> = {
  rows: 'rows',
  values: 'values',
  links: 'links',
  'role-assignments': 'role assignments',
  'column-security': 'column permissions',
  'process-instances': 'running processes',
  'variable-value': 'value of the variable',
  sharing: 'shared rows',
  'run-history': 'recorded runs',
}
