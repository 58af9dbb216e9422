import {
  Badge,
  Body1,
  Body1Strong,
  Caption1,
  makeStyles,
  MessageBar,
  MessageBarBody,
  Spinner,
  Text,
  tokens,
} from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { BoardReply, DeploymentReply, OwedItemReply, OwedListReply } from '#contract'
import { tellWatch } from '#domain/promotion'
import { apiClient, valueOf } from '../../api.ts'
import { Page } from '../../components/page.tsx'
import { usePageTitle } from '../../components/page-title.ts'
import { PlainList } from '../../components/plain-list.tsx'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { Sentence } from '../../components/sentence.tsx'
import { useViewer, type Viewer } from '../../use-me.ts'
import { gateWords, listText, whenText } from '../../words.ts'
import { useBoard } from '../board/use-board.ts'

const useStyles = makeStyles({ quiet: { color: tokens.colorNeutralForeground2 } })

export function OwedPage() {
  usePageTitle('Owed')
  const owed = useQuery({ queryKey: ['owed'], queryFn: () => valueOf(apiClient().listOwed()) })
  const board = useBoard()
  const viewer = useViewer()
  if (owed.isPending || board.isPending) return <Spinner label="Reading what is owed" />
  if (owed.data === undefined || board.data === undefined) return <Problem error={owed.error ?? board.error} />
  return <OwedView list={owed.data} board={board.data} viewer={viewer} />
}

function OwedView({ list, board, viewer }: { readonly list: OwedListReply; readonly board: BoardReply; readonly viewer: Viewer }) {
  const mine = list.owed.filter((item) => isMine(item, viewer))
  const others = list.owed.filter((item) => !isMine(item, viewer))
  const watched = watchedOf(board)
  const places = board.pipelines.flatMap(({ stagesWithState }) => stagesWithState.map(({ environment }) => environment))
  const nameOfPlace = (id: string): string => places.find((environment) => environment.id === id)?.name ?? id
  return (
    <Page
      title="Owed"
      lead="What went in before everybody had said their word, and what somebody still has to say of it. What is overdue holds the next release back."
    >
      {list.emergencies
        .filter(({ isMany }) => isMany)
        .map(({ solution, times, withinDays }) => (
          <MessageBar key={solution} intent="warning" layout="multiline">
            <MessageBarBody>{`${solution} had ${times} emergencies within ${withinDays} days. That is too many for exceptions: look for the cause.`}</MessageBarBody>
          </MessageBar>
        ))}
      {mine.length > 0 && <Owed title="Your word is wanted" of={mine} {...{ viewer, nameOfPlace }} />}
      <Owed title={mine.length > 0 ? 'Others have to say' : 'Gates that were gone past'} of={others} {...{ viewer, nameOfPlace }} />
      <Section title="How it went, after it was in">
        {watched.length === 0 ? (
          <Text>Nothing is watched, and nobody has to say how anything went.</Text>
        ) : (
          <PlainList>
            {watched.map((one) => (
              <Watched key={one.deployment.promotionId} {...one} />
            ))}
          </PlainList>
        )}
      </Section>
    </Page>
  )
}

/** Whether the viewer may give the word themselves; deputies see it at the promotion. */
function isMine({ people, requestedBy, given }: OwedItemReply, { me }: Viewer): boolean {
  return me !== undefined && people.includes(me.id) && requestedBy !== me.id && !given.some(({ by }) => by === me.id)
}

function Owed({
  title,
  of,
  viewer,
  nameOfPlace,
}: {
  readonly title: string
  readonly of: readonly OwedItemReply[]
  readonly viewer: Viewer
  readonly nameOfPlace: (environmentId: string) => string
}) {
  const styles = useStyles()
  return (
    <Section title={title} note={of.length === 0 ? undefined : `${of.length} ${of.length === 1 ? 'gate' : 'gates'}`}>
      {of.length === 0 ? (
        <Text>Nothing is owed.</Text>
      ) : (
        <PlainList>
          {of.map(({ promotionId, solution, version, environmentId, gate, people, requestedBy, dueAt, isOverdue, isRefused, intent }) => (
            <li key={`${promotionId} ${gate}`}>
              <Body1Strong>{gateWords[gate]}</Body1Strong>{' '}
              <Badge appearance="tint" shape="rounded" color={isOverdue || isRefused ? 'danger' : 'warning'}>
                {isRefused ? 'Refused' : isOverdue ? 'Overdue' : 'Owed'}
              </Badge>
              <Body1 block>
                <Link to="/promotions/$promotionId" params={{ promotionId }}>
                  {solution} {version}
                </Link>
                {` went into ${nameOfPlace(environmentId)} as ${intentWords[intent]}; the word is due ${whenText(dueAt)}.`}
              </Body1>
              <Caption1 block className={styles.quiet}>
                {`${listText(people.map((id) => viewer.nameOf(id)))} may give it; ${viewer.nameOf(requestedBy)}, who asked for the promotion, may not.`}
              </Caption1>
            </li>
          ))}
        </PlainList>
      )}
    </Section>
  )
}

const intentWords: Readonly<Record<OwedItemReply['intent'], string>> = {
  release: 'a release',
  recovery: 'a recovery',
  hotfix: 'a hotfix',
  emergency: 'an emergency',
}

interface WatchedOne {
  readonly deployment: DeploymentReply
  readonly environment: string
  readonly told: NonNullable<ReturnType<typeof tellWatch>>
}

function watchedOf({ pipelines }: BoardReply): readonly WatchedOne[] {
  const stages = pipelines.flatMap(({ stagesWithState }) => stagesWithState)
  return stages.flatMap(({ environment, deployments }) =>
    deployments.flatMap((deployment) => {
      const told = deployment.watch === undefined ? undefined : tellWatch(deployment.watch)
      return told === undefined ? [] : [{ deployment, environment: environment.name, told }]
    }),
  )
}

function Watched({ deployment, environment, told }: WatchedOne) {
  return (
    <li>
      <Link to="/promotions/$promotionId" params={{ promotionId: deployment.promotionId }}>
        {deployment.solution} {deployment.version}
      </Link>
      {` in ${environment} `}
      {told.isOverdue && (
        <Badge appearance="tint" shape="rounded" color="danger">
          Overdue
        </Badge>
      )}
      <Body1 block>
        <Sentence>{told.text}</Sentence>
      </Body1>
    </li>
  )
}
