import { Field, Input, Spinner, Text } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PolicyViewReply } from '#contract'
import { apiClient, valueOf } from '../../api.ts'
import { Page } from '../../components/page.tsx'
import { usePageTitle } from '../../components/page-title.ts'
import { PlainList } from '../../components/plain-list.tsx'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'

type Value = PolicyViewReply['values'][number]

export function PolicyPage() {
  usePageTitle('Policy')
  const { data, error, isPending } = useQuery({ queryKey: ['policy'], queryFn: () => valueOf(apiClient().showPolicy()) })
  if (isPending) return <Spinner label="Reading the policy" />
  if (data === undefined) return <Problem error={error} />
  return <PolicyView values={data.values} />
}

const shown = 60

function PolicyView({ values }: Pick<PolicyViewReply, 'values'>) {
  const [wanted, setWanted] = useState('')
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean)
  const found = values.filter(({ path, label, source }) => words.every((word) => `${path} ${label} ${source}`.toLowerCase().includes(word)))
  const changed = values.filter(({ shipped }) => shipped !== undefined)
  return (
    <Page
      title="Policy"
      lead="What is demanded here, each value with where it comes from. It is changed in drover.yaml; asking for less takes two people."
    >
      <Section title="Changed here">
        {changed.length === 0 ? <Text>Nothing: everything is as it is shipped.</Text> : <Values label="Changed here" of={changed} />}
      </Section>
      <Section title="Every value" note={found.length > shown ? `the first ${shown} of ${found.length}` : `${found.length}`}>
        <Field label="Find" hint="Such as: approval, review window, tiers.3">
          <Input value={wanted} onChange={(_, data) => setWanted(data.value)} />
        </Field>
        {found.length === 0 ? <Text>Nothing is called so.</Text> : <Values label="Every value" of={found.slice(0, shown)} />}
      </Section>
    </Page>
  )
}

function Values({ label, of }: { readonly label: string; readonly of: readonly Value[] }) {
  return (
    <PlainList label={label}>
      {of.map(({ path, label: name, value, unit, source, status, shipped }) => (
        <li key={path}>
          <Text block weight="semibold">
            {name}: {valueText(value)} {unit}
          </Text>
          {shipped !== undefined && <Text block>As shipped: {valueText(shipped.value)}</Text>}
          <Text block size={200}>
            {path} ({status === 'stated' ? 'its source says so' : 'our choice'}): {source}
          </Text>
        </li>
      ))}
    </PlainList>
  )
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ') || 'none'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
