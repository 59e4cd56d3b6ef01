package agent_policy

default AllowRequestsFailingPolicy := false

default CreateContainerRequest := true

default ExecProcessRequest := false

default ReadStreamRequest := false
