import { makeStyles, Subtitle1, Text, tokens } from '@fluentui/react-components'
import { ChevronRight20Regular } from '@fluentui/react-icons'
import { Fragment } from 'react'
import type { BoardReply, WaitingReply } from '#contract'
import type { Viewer } from '../../use-me.ts'
import { StageColumn } from './stage-column.tsx'

const useStyles = makeStyles({
  head: { display: 'flex', alignItems: 'baseline', gap: '12px', marginBottom: '12px', flexWrap: 'wrap' },
  quiet: { color: tokens.colorNeutralForeground2 },
  stages: { display: 'flex', alignItems: 'stretch', gap: '4px', '@media (max-width: 800px)': { flexDirection: 'column', gap: '12px' } },
  arrow: { alignSelf: 'center', color: tokens.colorNeutralForeground3, flexShrink: 0, '@media (max-width: 800px)': { display: 'none' } },
})

/** One pipeline: its stages as columns, in the order of the way. */
export function PipelineView({
  pipeline,
  waiting,
  viewer,
}: {
  readonly pipeline: BoardReply['pipelines'][number]
  readonly waiting: WaitingReply
  readonly viewer: Viewer
}) {
  const styles = useStyles()
  const mine = waiting.promotions.map(({ promotionId }) => promotionId)
  return (
    <section aria-label={`Pipeline ${pipeline.name}`}>
      <div className={styles.head}>
        <Subtitle1 as="h2">{pipeline.name}</Subtitle1>
        <Text className={styles.quiet}>exported from {pipeline.source}</Text>
      </div>
      <div className={styles.stages}>
        {pipeline.stagesWithState.map((stage, index) => (
          <Fragment key={stage.stageId}>
            {index > 0 && <ChevronRight20Regular className={styles.arrow} aria-hidden="true" />}
            <StageColumn
              stage={stage}
              name={pipeline.stages.find((one) => one.id === stage.stageId)?.name ?? stage.stageId}
              mine={mine}
              viewer={viewer}
            />
          </Fragment>
        ))}
      </div>
    </section>
  )
}
