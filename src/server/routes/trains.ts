import { accept } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

type TrainHandlers = Pick<Handlers, 'requestTrain' | 'listTrains' | 'loadTrain' | 'decideTrain' | 'withdrawTrain' | 'resumeTrain'>

export function trainRoutes(engine: Engine): TrainHandlers {
  return {
    requestTrain: ({ input, actor }) => engine.requestTrain({ ...input, actor }),
    listTrains: async () => accept({ trains: await engine.listTrains() }),
    loadTrain: ({ input, actor }) => engine.loadTrain(input.trainId, actor),
    decideTrain: ({ input, actor }) => engine.decideTrain({ ...input, actor }),
    withdrawTrain: ({ input, actor }) => engine.withdrawTrain({ ...input, actor }),
    resumeTrain: ({ input, actor }) => engine.resumeTrain({ ...input, actor }),
  }
}
