import { Spinner, Text } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { TrainReply } from '#contract'
import { apiClient, valueOf } from '../../api.ts'
import { Page } from '../../components/page.tsx'
import { usePageTitle } from '../../components/page-title.ts'
import { PlainList } from '../../components/plain-list.tsx'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { useViewer } from '../../use-me.ts'
import { whenText } from '../../words.ts'
import { trainStateWords } from './train-state-words.ts'

const shownOfThePast = 20

export function TrainsPage() {
  usePageTitle('Trains')
  const { data, error, isPending } = useQuery({ queryKey: ['trains'], queryFn: () => valueOf(apiClient().listTrains()) })
  if (isPending) return <Spinner label="Reading the trains" />
  if (data === undefined) return <Problem error={error} />
  const under = data.trains.filter(({ endedAt, state }) => endedAt === undefined && (state === 'assembling' || state === 'standing'))
  const past = data.trains.filter((train) => !under.includes(train))
  return (
    <Page
      title="Trains"
      lead="Releases of several solutions that go into one environment one after the other. People decide once on all of them; the first that goes wrong holds the others."
    >
      <Section title="Under way">
        <Trains of={under} none="No train is under way." />
      </Section>
      {past.length > 0 && (
        <Section title="Over" note={past.length > shownOfThePast ? `the newest ${shownOfThePast} of ${past.length}` : undefined}>
          <Trains of={past.slice(0, shownOfThePast)} none="" />
        </Section>
      )}
    </Page>
  )
}

function Trains({ of, none }: { readonly of: readonly TrainReply[]; readonly none: string }) {
  const viewer = useViewer()
  if (of.length === 0) return <Text>{none}</Text>
  return (
    <PlainList>
      {of.map(({ trainId, name, environmentId, state, requestedBy, requestedAt, members }) => (
        <li key={trainId}>
          <Link to="/trains/$trainId" params={{ trainId }}>
            {name}
          </Link>{' '}
          into {environmentId}: {trainStateWords[state]}
          <Text block>{members.map(({ solution, version }) => `${solution} ${version}`).join(', then ')}</Text>
          <Text block size={200}>
            Asked for by {viewer.nameOf(requestedBy)}, {whenText(requestedAt)}
          </Text>
        </li>
      ))}
    </PlainList>
  )
}
