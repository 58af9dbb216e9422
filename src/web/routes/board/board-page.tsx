import { makeStyles, Spinner, Text, Title1, tokens } from '@fluentui/react-components'
import type { BoardReply } from '#contract'
import { usePageTitle } from '../../components/page-title.ts'
import { Problem } from '../../components/problem.tsx'
import { useViewer, type Viewer } from '../../use-me.ts'
import { HotfixesView } from './hotfixes-view.tsx'
import { OwedView } from './owed-view.tsx'
import { PipelineView } from './pipeline-view.tsx'
import { ReleasesView } from './releases-view.tsx'
import { useBoard } from './use-board.ts'

const useStyles = makeStyles({
  page: { display: 'flex', flexDirection: 'column', gap: '28px' },
  lead: { color: tokens.colorNeutralForeground2, marginTop: '4px', display: 'block' },
})

export function BoardPage() {
  usePageTitle('Board')
  const board = useBoard()
  const viewer = useViewer()
  if (board.isPending) return <Spinner label="Reading the board" />
  if (board.data === undefined) return <Problem error={board.error} />
  return <BoardView board={board.data} viewer={viewer} />
}

function BoardView({ board, viewer }: { readonly board: BoardReply; readonly viewer: Viewer }) {
  const styles = useStyles()
  return (
    <div className={styles.page}>
      <div>
        <Title1 as="h1">Board</Title1>
        <Text className={styles.lead}>What is deployed where, and what is on its way.</Text>
      </div>
      {board.pipelines.length === 0 && (
        <Text>
          No pipelines yet. Declare them in <code>drover.yaml</code> and run <code>drover config apply</code>.
        </Text>
      )}
      {board.pipelines.map((pipeline) => (
        <PipelineView key={pipeline.id} pipeline={pipeline} viewer={viewer} />
      ))}
      <HotfixesView hotfixes={board.hotfixes} />
      <OwedView owed={board.owed} />
      <ReleasesView releases={board.releases} />
    </div>
  )
}
