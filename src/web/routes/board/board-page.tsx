import { makeStyles, Spinner, Text, Title1, tokens } from '@fluentui/react-components'
import type { BoardReply, WaitingReply } from '#contract'
import { usePageTitle } from '../../components/page-title.ts'
import { Problem } from '../../components/problem.tsx'
import { useViewer, type Viewer } from '../../use-me.ts'
import { HotfixesView } from './hotfixes-view.tsx'
import { OwedView } from './owed-view.tsx'
import { PipelineView } from './pipeline-view.tsx'
import { ReleasesView } from './releases-view.tsx'
import { TrainsView } from './trains-view.tsx'
import { useBoard, useWaiting } from './use-board.ts'
import { WaitingView } from './waiting-view.tsx'

const useStyles = makeStyles({
  page: { display: 'flex', flexDirection: 'column', gap: '28px' },
  lead: { color: tokens.colorNeutralForeground2, marginTop: '4px', display: 'block' },
})

export function BoardPage() {
  usePageTitle('Board')
  const board = useBoard()
  const waiting = useWaiting()
  const viewer = useViewer()
  if (board.isPending) return <Spinner label="Reading the board" />
  if (board.data === undefined) return <Problem error={board.error} />
  return <BoardView board={board.data} waiting={waiting.data ?? nothing} viewer={viewer} />
}

const nothing: WaitingReply = { promotions: [], trains: [], waivers: [], words: [] }

function BoardView({ board, waiting, viewer }: { readonly board: BoardReply; readonly waiting: WaitingReply; readonly viewer: Viewer }) {
  const styles = useStyles()
  return (
    <div className={styles.page}>
      <div>
        <Title1 as="h1">Board</Title1>
        <Text className={styles.lead}>What is deployed where, and what is on its way.</Text>
      </div>
      <WaitingView waiting={waiting} />
      {board.pipelines.length === 0 && (
        <Text>
          No pipelines yet. Declare them in <code>drover.yaml</code> and run <code>drover config apply</code>.
        </Text>
      )}
      {board.pipelines.map((pipeline) => (
        <PipelineView key={pipeline.id} pipeline={pipeline} waiting={waiting} viewer={viewer} />
      ))}
      <TrainsView trains={board.trains} mine={waiting.trains.map(({ trainId }) => trainId)} viewer={viewer} />
      <HotfixesView hotfixes={board.hotfixes} />
      <OwedView owed={board.owed} />
      <ReleasesView releases={board.releases} />
    </div>
  )
}
