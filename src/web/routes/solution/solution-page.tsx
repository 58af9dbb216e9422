import { Spinner, Text } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import type { CompletionViewReply, StructureViewReply, TierViewReply } from '#contract'
import { toId } from '#domain/kernel'
import { apiClient, valueOf } from '../../api.ts'
import { Page } from '../../components/page.tsx'
import { usePageTitle } from '../../components/page-title.ts'
import { PlainList } from '../../components/plain-list.tsx'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { Sentence } from '../../components/sentence.tsx'
import { useViewer } from '../../use-me.ts'

/** How much rigour a solution needs, how it is cut and moved, and what it lacks. */
export function SolutionPage({ solution }: { readonly solution: string }) {
  usePageTitle(solution)
  const { data, error, isPending } = useQuery({ queryKey: ['solution', solution], queryFn: () => loadSolution(solution) })
  if (isPending) return <Spinner label={`Reading ${solution}`} />
  if (data === undefined) return <Problem error={error} />
  return (
    <Page title={solution} lead="Its tier says how much is asked of its releases; its structure, how it is cut, tested and moved.">
      <TierSection tier={data.tier} />
      <StructureSection structure={data.structure} />
      <CompletionSection completion={data.completion} />
    </Page>
  )
}

async function loadSolution(solution: string) {
  const client = apiClient()
  const [tier, structure, completion] = await Promise.all([
    valueOf(client.loadTier({ solution })),
    valueOf(client.loadStructure({ solution })),
    valueOf(client.loadCompletion({ solution })),
  ])
  return { tier, structure, completion }
}

function TierSection({ tier: { configured, inForce, assessment, hold, next, owner } }: { readonly tier: TierViewReply }) {
  const viewer = useViewer()
  return (
    <Section title={`Tier ${inForce}`} note={`Owner: ${viewer.nameOf(toId(owner))}`}>
      {hold !== undefined && (
        <Text block>
          Held to Tier {hold.tier}, though drover.yaml says {configured}: {hold.why.join(' ')} <Sentence>{next ?? ''}</Sentence>
        </Text>
      )}
      <Text block>
        Score {assessment.score}, which with the answers gives Tier {assessment.tier}
        {assessment.open > 0 ? ` at least: ${assessment.open} ${assessment.open === 1 ? 'question is' : 'questions are'} open.` : '.'}
      </Text>
      <PlainList label="Questions">
        {assessment.answers.map(({ question, text, said, weight, floor, from, evidence }) => (
          <li key={question}>
            <Text block weight="semibold">
              {text} {from === 'unknown' ? `Open: ${said}` : said}
            </Text>
            <Text block size={200}>
              {floor === undefined ? `Weighs ${weight}` : `Tier ${floor} at least`}
              {evidence.length > 0 && `; ${evidence.join(', ')}`}
            </Text>
          </li>
        ))}
      </PlainList>
    </Section>
  )
}

function StructureSection({ structure: { structure, environments } }: { readonly structure: StructureViewReply }) {
  return (
    <Section title="Structure">
      <PlainList label="Structure">
        {structure.map(({ question, text, decision, isDemanded, seen, deviations }) => (
          <li key={question}>
            <Text block weight="semibold">
              {text} {decision?.answer ?? (isDemanded ? 'Undecided, and it has to be decided' : 'Undecided')}
            </Text>
            {seen.map((one) => (
              <Text block size={200} key={one}>
                {one}
              </Text>
            ))}
            {deviations.map((one) => (
              <Text block key={one}>
                Differs: {one}
              </Text>
            ))}
          </li>
        ))}
        {environments.map(({ environment, shouldBeManaged, isManaged, why, deviation }) => (
          <li key={environment}>
            <Text block weight="semibold">
              {environment}: {shouldBeManaged ? 'to be a Managed Environment' : 'need not be a Managed Environment'},{' '}
              {isManaged === undefined ? 'and nobody could tell whether it is' : isManaged ? 'and it is' : 'and it is not'}
            </Text>
            <Text block size={200}>
              {why.join(' ')} {deviation}
            </Text>
          </li>
        ))}
      </PlainList>
    </Section>
  )
}

const states = { proved: 'Proved', attested: 'Attested', missing: 'Missing' } as const

function CompletionSection({ completion: { isComplete, items } }: { readonly completion: CompletionViewReply }) {
  return (
    <Section title={isComplete ? 'Complete' : 'Not complete'}>
      <PlainList label="What makes it complete">
        {items.map(({ id, text, state, isAdvice, by, next }) => (
          <li key={id}>
            <Text block weight="semibold">
              {isAdvice ? 'Advice' : states[state]}: {text}
            </Text>
            <Text block size={200}>
              {by}
            </Text>
            {next !== undefined && (
              <Text block size={200}>
                <Sentence>{next}</Sentence>
              </Text>
            )}
          </li>
        ))}
      </PlainList>
    </Section>
  )
}
