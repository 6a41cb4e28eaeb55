internal import Training
