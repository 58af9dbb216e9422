import {
  Breadcrumb,
  BreadcrumbDivider,
  BreadcrumbItem,
  Checkbox,
  makeStyles,
  MessageBar,
  MessageBarBody,
  Spinner,
} from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { BoardReply } from '#contract'
import { type ReleaseId, type StageId, toId } from '#domain/kernel'
import { apiClient, valueOf } from '../../api.ts'
import { ChoiceField, Form, WordsField } from '../../components/form.tsx'
import { Page } from '../../components/page.tsx'
import { usePageTitle } from '../../components/page-title.ts'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { useWord } from '../../use-word.ts'
import { useBoard } from '../board/use-board.ts'

type Release = BoardReply['releases'][number]
type Stage = BoardReply['pipelines'][number]['stages'][number]

const useStyles = makeStyles({ page: { display: 'flex', flexDirection: 'column', gap: '20px' } })

/** Where a release is to go in, and whether it can wait. */
export function RequestPage({ releaseId }: { readonly releaseId: string }) {
  usePageTitle('Ask for a release to go in')
  const styles = useStyles()
  const board = useBoard()
  const configuration = useQuery({ queryKey: ['configuration'], queryFn: () => valueOf(apiClient().loadConfiguration()) })
  if (board.isPending || configuration.isPending) return <Spinner label="Reading the release" />
  if (board.data === undefined || configuration.data === undefined) return <Problem error={board.error ?? configuration.error} />
  const release = board.data.releases.find((one) => one.releaseId === releaseId)
  const solution = configuration.data.configuration.solutions.find(({ uniqueName }) => uniqueName === release?.solution)
  const stages = board.data.pipelines.find(({ id }) => id === solution?.pipeline)?.stages ?? []
  const title = release === undefined ? 'There is no such release' : `${release.solution} ${release.version ?? ''}`
  return (
    <div className={styles.page}>
      <Breadcrumb aria-label="Where you are">
        <BreadcrumbItem>
          <Link to="/">Board</Link>
        </BreadcrumbItem>
        <BreadcrumbDivider />
        <BreadcrumbItem>Release</BreadcrumbItem>
      </Breadcrumb>
      <Page
        title={title}
        lead="Ask for it to go into a stage. Its target is read, and those who decide see what would change, before anything goes in."
      >
        {release?.state === 'sealed' && stages[0] !== undefined ? (
          <Section title="Ask for it to go in">
            <RequestForm release={release} stages={stages} first={stages[0]} />
          </Section>
        ) : (
          <MessageBar intent="info">
            <MessageBarBody>
              {release === undefined
                ? 'It is not among the newest releases of the board.'
                : 'It cannot go in: only a sealed release of a solution with a pipeline can.'}
            </MessageBarBody>
          </MessageBar>
        )}
      </Page>
    </div>
  )
}

interface Asked {
  readonly releaseId: ReleaseId
  readonly stageId: StageId
  readonly emergency?: { readonly reason: string }
}

function RequestForm({ release, stages, first }: { readonly release: Release; readonly stages: readonly Stage[]; readonly first: Stage }) {
  const navigate = useNavigate()
  const ask = useWord((asked: Asked) => valueOf(apiClient().requestPromotion(asked)))
  const [stageId, setStageId] = useState<string>(first.id)
  const [isEmergency, setIsEmergency] = useState(false)
  const [reason, setReason] = useState('')
  const [isSent, setIsSent] = useState(false)
  function submit(): void {
    setIsSent(true)
    if (isEmergency && reason.trim() === '') return
    const emergency = isEmergency ? { emergency: { reason: reason.trim() } } : {}
    ask.mutate(
      { releaseId: release.releaseId, stageId: toId(stageId), ...emergency },
      {
        onSuccess: ({ promotion }) =>
          void navigate({ to: '/promotions/$promotionId', params: { promotionId: promotion.request.promotionId } }),
      },
    )
  }
  return (
    <Form
      label="Ask for it to go in"
      button={isEmergency ? 'Declare an emergency and ask' : 'Ask for it to go in'}
      isPending={ask.isPending}
      error={ask.error}
      onSubmit={submit}
    >
      <ChoiceField
        label="Stage"
        value={stageId}
        options={stages.map(({ id, name }) => ({ value: id, text: name }))}
        onChange={setStageId}
      />
      <Checkbox
        checked={isEmergency}
        label="This is an emergency: waiting does more harm than going in early"
        onChange={(_, data) => setIsEmergency(data.checked === true)}
      />
      {isEmergency && (
        <WordsField
          label="What harm is done while it waits"
          hint="A second person has to say that it is one. It does not wait for some gates, but each of them is owed afterwards, with a date. It expires when it does not begin in time."
          value={reason}
          missing={isSent && reason.trim() === '' ? 'Say what harm is done while it waits.' : undefined}
          onChange={setReason}
        />
      )}
    </Form>
  )
}
