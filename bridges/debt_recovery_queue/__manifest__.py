{
    "name": "Debt Recovery: Job Queue",
    "summary": "Has the long works of debt recovery done by the workers of the job queue, range by range",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "AGPL-3",
    "author": "debt_recovery contributors",
    "depends": ["debt_recovery", "queue_job"],
    "auto_install": True,
    "data": ["data/queue_job_data.xml"],
}
