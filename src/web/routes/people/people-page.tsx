import { Badge, Body1, Body1Strong, Caption1, makeStyles, Spinner, tokens } from '@fluentui/react-components'
import type { MeReply, PersonViewReply, RaciReply } from '#contract'
import type { ConditionKind } from '#domain/pipeline'
import { Page } from '../../components/page.tsx'
import { usePageTitle } from '../../components/page-title.ts'
import { PlainList } from '../../components/plain-list.tsx'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { useViewer, type Viewer } from '../../use-me.ts'
import { gateWords, listText, roleWords, whenText } from '../../words.ts'
import { DeputiesSection } from './deputies-section.tsx'
import { usePeople, useRaci } from './use-people.ts'

const useStyles = makeStyles({ quiet: { color: tokens.colorNeutralForeground2 } })

export function PeoplePage() {
  usePageTitle('People')
  const people = usePeople()
  const raci = useRaci()
  const viewer = useViewer()
  if (people.isPending || viewer.me === undefined) return <Spinner label="Reading who may do what" />
  if (people.data === undefined) return <Problem error={people.error} />
  return <PeopleView people={people.data} raci={raci.data} viewer={viewer} me={viewer.me} />
}

function PeopleView({
  people,
  raci,
  viewer,
  me,
}: {
  readonly people: readonly PersonViewReply[]
  readonly raci: RaciReply | undefined
  readonly viewer: Viewer
  readonly me: MeReply
}) {
  const styles = useStyles()
  return (
    <Page
      title="People"
      lead="Who may do what, and who stands in for whom. Roles are given in the configuration, and two people change them."
    >
      <DeputiesSection people={people} viewer={viewer} me={me} />
      <Section title="Who may do what" note={`${people.length} ${people.length === 1 ? 'person' : 'people'}`}>
        <PlainList>
          {people.map(({ id, name, kind, roles, grants, groups, certified, certificationDueAt, lastUsedAt }) => (
            <li key={id}>
              <Body1Strong>{name}</Body1Strong> {id === me.id && <Badge appearance="tint">you</Badge>}
              {kind === 'service' && (
                <Badge appearance="outline" color="informative">
                  software, which decides nothing
                </Badge>
              )}
              {roles.length + grants.filter(isCurrent).length === 0 ? (
                <Body1 block>No role: may look, and decide nothing.</Body1>
              ) : (
                roles.map((held) => (
                  <Body1 block key={`${held.role} ${scopeText(held)} ${held.group ?? ''}`}>
                    {`${sentence(roleWords[held.role])}${scopeText(held)}`}
                    {held.group !== undefined && `, by the group ${held.group}`}
                    {held.since !== undefined && <Caption1 className={styles.quiet}>{` since ${whenText(held.since)}`}</Caption1>}
                  </Body1>
                ))
              )}
              {grants.filter(isCurrent).map((grant) => (
                <Body1 block key={grant.id}>
                  {`${sentence(roleWords[grant.role])}${scopeText(grant)} until ${whenText(grant.until)}`}
                  {grant.confirmed === undefined && (
                    <Badge appearance="tint" color="warning">
                      waits for a second platform-admin
                    </Badge>
                  )}
                  <Caption1 className={styles.quiet}>{` ${grant.reason}`}</Caption1>
                </Body1>
              ))}
              <Caption1 block className={styles.quiet}>
                {[
                  ...(groups.length === 0 ? [] : [`in ${listText(groups)}`]),
                  ...(certified === undefined ? [] : [`rights certified by ${viewer.nameOf(certified.by)}, ${whenText(certified.at)}`]),
                  ...(certificationDueAt === undefined ? [] : [`rights to be certified since ${whenText(certificationDueAt)}`]),
                  lastUsedAt === undefined ? 'not known to have signed in' : `last here ${whenText(lastUsedAt)}`,
                ].join(' · ')}
              </Caption1>
            </li>
          ))}
        </PlainList>
      </Section>
      {raci !== undefined && raci.gates.length > 0 && <Accountable raci={raci} viewer={viewer} />}
    </Page>
  )
}

/** Of a role with an end: that it holds, or may still. */
function isCurrent({ until, endedAt }: PersonViewReply['grants'][number]): boolean {
  return endedAt === undefined && Date.parse(until) > Date.now()
}

/** Who answers for which gates: each of them once, with what they answer for. */
function Accountable({ raci, viewer }: { readonly raci: RaciReply; readonly viewer: Viewer }) {
  const styles = useStyles()
  return (
    <Section title="Who is accountable for which gate">
      <PlainList>
        {[...new Set(raci.gates.map(({ role }) => role))].map((role) => (
          <li key={role}>
            <Body1Strong>{answersText(raci, role, viewer)}</Body1Strong>
            {/* A gate that this page does not know is shown by its own name. */}
            <Body1 block className={styles.quiet}>
              {listText(raci.gates.filter((one) => one.role === role).map(({ gate }) => gateWords[gate as ConditionKind] ?? gate))}
            </Body1>
          </li>
        ))}
      </PlainList>
      <Caption1 className={styles.quiet}>{raci.caveat}</Caption1>
    </Section>
  )
}

function answersText({ rows }: RaciReply, role: RaciReply['gates'][number]['role'], viewer: Viewer): string {
  if (role === 'tier') return 'Whoever is accountable for solutions of its tier'
  const row = rows.find((one) => one.role === role)
  const who = row?.filledBy.map((id) => viewer.nameOf(id)) ?? []
  return `${row?.name ?? role}: ${who.length === 0 ? 'nobody here' : listText(who)}`
}

function scopeText({ environment, pipeline, solution }: PersonViewReply['roles'][number]): string {
  const where = [
    ...(environment === undefined ? [] : [`environment ${environment}`]),
    ...(pipeline === undefined ? [] : [`pipeline ${pipeline}`]),
    ...(solution === undefined ? [] : [`solution ${solution}`]),
  ]
  return where.length === 0 ? '' : `, only for ${listText(where)}`
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
