// Made from events/, SHA-256 bfa1839e070da5f6006b73e4d41113630bc8a721c032ee289c19a0679127a65d.

/**
 * The data of every event type, by its name.
 */
export interface Events {
  "assessment.given.v1": AssessmentGivenV1;
  "assignment.created.v1": AssignmentCreatedV1;
  "assignment.deleted.v1": AssignmentDeletedV1;
  "assignment.graded.v1": AssignmentGradedV1;
  "assignment.published.v1": AssignmentPublishedV1;
  "assignment.updated.v1": AssignmentUpdatedV1;
  "attendance.recorded.v1": AttendanceRecordedV1;
  "batch.deleted.v1": BatchDeletedV1;
  "batch.progressed.v1": BatchProgressedV1;
  "batch.registered.v1": BatchRegisteredV1;
  "batch.status_changed.v1": BatchStatusChangedV1;
  "class.archived.v1": ClassArchivedV1;
  "class.created.v1": ClassCreatedV1;
  "class.deleted.v1": ClassDeletedV1;
  "class.reassigned.v1": ClassReassignedV1;
  "class.updated.v1": ClassUpdatedV1;
  "class_assignment.made.v1": ClassAssignmentMadeV1;
  "class_assignment.removed.v1": ClassAssignmentRemovedV1;
  "enrollment.ended.v1": EnrollmentEndedV1;
  "enrollment.started.v1": EnrollmentStartedV1;
  "essay_association.made.v1": EssayAssociationMadeV1;
  "essay_association.removed.v1": EssayAssociationRemovedV1;
  "exam.cancelled.v1": ExamCancelledV1;
  "exam.completed.v1": ExamCompletedV1;
  "exam.created.v1": ExamCreatedV1;
  "exam.deleted.v1": ExamDeletedV1;
  "exam.scheduled.v1": ExamScheduledV1;
  "exam.scheduled.v2": ExamScheduledV2;
  "exam.started.v1": ExamStartedV1;
  "exam.teachers_assigned.v1": ExamTeachersAssignedV1;
  "exam.updated.v1": ExamUpdatedV1;
  "exam_result.recorded.v1": ExamResultRecordedV1;
  "goal.completed.v1": GoalCompletedV1;
  "goal.dropped.v1": GoalDroppedV1;
  "goal.set.v1": GoalSetV1;
  "habit.started.v1": HabitStartedV1;
  "habit.stopped.v1": HabitStoppedV1;
  "habit_log.recorded.v1": HabitLogRecordedV1;
  "mark.recorded.v1": MarkRecordedV1;
  "membership.granted.v1": MembershipGrantedV1;
  "membership.revoked.v1": MembershipRevokedV1;
  "mission.published.v1": MissionPublishedV1;
  "mission.retired.v1": MissionRetiredV1;
  "mission.updated.v1": MissionUpdatedV1;
  "mission_progress.ai_scored.v1": MissionProgressAiScoredV1;
  "mission_progress.approved.v1": MissionProgressApprovedV1;
  "mission_progress.changes_requested.v1": MissionProgressChangesRequestedV1;
  "mission_progress.mentor_scored.v1": MissionProgressMentorScoredV1;
  "mission_progress.review_started.v1": MissionProgressReviewStartedV1;
  "mission_progress.started.v1": MissionProgressStartedV1;
  "mission_progress.submitted.v1": MissionProgressSubmittedV1;
  "module.published.v1": ModulePublishedV1;
  "module.retired.v1": ModuleRetiredV1;
  "module_progress.recorded.v1": ModuleProgressRecordedV1;
  "notification.created.v1": NotificationCreatedV1;
  "notification_delivery.made.v1": NotificationDeliveryMadeV1;
  "notification_receipt.dismissed.v1": NotificationReceiptDismissedV1;
  "notification_receipt.read.v1": NotificationReceiptReadV1;
  "nudge.due.v1": NudgeDueV1;
  "payment.earned.v1": PaymentEarnedV1;
  "payment.processed.v1": PaymentProcessedV1;
  "portfolio_item.added.v1": PortfolioItemAddedV1;
  "portfolio_item.approved.v1": PortfolioItemApprovedV1;
  "portfolio_item.rejected.v1": PortfolioItemRejectedV1;
  "portfolio_item.removed.v1": PortfolioItemRemovedV1;
  "profile.assessed.v1": ProfileAssessedV1;
  "progress.updated.v1": ProgressUpdatedV1;
  "question.added.v1": QuestionAddedV1;
  "question.deleted.v1": QuestionDeletedV1;
  "question.moved.v1": QuestionMovedV1;
  "question_bank.created.v1": QuestionBankCreatedV1;
  "question_bank.deleted.v1": QuestionBankDeletedV1;
  "question_bank.updated.v1": QuestionBankUpdatedV1;
  "readiness.scored.v1": ReadinessScoredV1;
  "recommendation.dismissed.v1": RecommendationDismissedV1;
  "recommendation.made.v1": RecommendationMadeV1;
  "reflection.written.v1": ReflectionWrittenV1;
  "resource.removed.v1": ResourceRemovedV1;
  "resource.scanned.v1": ResourceScannedV1;
  "resource.shared.v1": ResourceSharedV1;
  "resource.updated.v1": ResourceUpdatedV1;
  "resource.uploaded.v1": ResourceUploadedV1;
  "school.closed.v1": SchoolClosedV1;
  "school.opened.v1": SchoolOpenedV1;
  "school.updated.v1": SchoolUpdatedV1;
  "session.cancelled.v1": SessionCancelledV1;
  "session.completed.v1": SessionCompletedV1;
  "session.notes_added.v1": SessionNotesAddedV1;
  "session.rescheduled.v1": SessionRescheduledV1;
  "session.scheduled.v1": SessionScheduledV1;
  "session.started.v1": SessionStartedV1;
  "student.deactivated.v1": StudentDeactivatedV1;
  "student.registered.v1": StudentRegisteredV1;
  "student.updated.v1": StudentUpdatedV1;
  "subject.defined.v1": SubjectDefinedV1;
  "subject.retired.v1": SubjectRetiredV1;
  "subject_assignment.made.v1": SubjectAssignmentMadeV1;
  "subject_assignment.removed.v1": SubjectAssignmentRemovedV1;
  "submission.graded.v1": SubmissionGradedV1;
  "submission.received.v1": SubmissionReceivedV1;
  "submission.withdrawn.v1": SubmissionWithdrawnV1;
  "subscription.changed.v1": SubscriptionChangedV1;
  "subscription.ended.v1": SubscriptionEndedV1;
  "subscription.started.v1": SubscriptionStartedV1;
  "teacher.deactivated.v1": TeacherDeactivatedV1;
  "teacher.registered.v1": TeacherRegisteredV1;
  "teacher.time_zone_chosen.v1": TeacherTimeZoneChosenV1;
  "teacher.updated.v1": TeacherUpdatedV1;
  "track.published.v1": TrackPublishedV1;
  "track.retired.v1": TrackRetiredV1;
}
/**
 * A student was assessed, for the first time or corrected; the score is at most the maximum.
 */
export interface AssessmentGivenV1 {
  assessment_id: string;
  student_id: string;
  teacher_id: string;
  school_id: string;
  class_id: string;
  title: string;
  kind: string;
  score: number;
  max_score: number;
  assessed_at: string;
  /**
   * @maxItems 1000
   */
  skills: string[];
}
/**
 * An assignment was drafted.
 */
export interface AssignmentCreatedV1 {
  assignment_id: string;
  organization_id: string | null;
  created_by: string;
  class_id: string | null;
  title: string;
  subject: string;
  due_at: string | null;
  created_at: string;
}
/**
 * An assignment was deleted; it counts and shows nowhere.
 */
export interface AssignmentDeletedV1 {
  assignment_id: string;
}
/**
 * An assignment's grading is done.
 */
export interface AssignmentGradedV1 {
  assignment_id: string;
}
/**
 * An assignment was given to its students.
 */
export interface AssignmentPublishedV1 {
  assignment_id: string;
}
/**
 * An assignment's description was changed.
 */
export interface AssignmentUpdatedV1 {
  assignment_id: string;
  class_id: string | null;
  title: string;
  subject: string;
  due_at: string | null;
}
/**
 * Whether a student came to a session, for the first time or corrected.
 */
export interface AttendanceRecordedV1 {
  session_id: string;
  student_id: string;
  present: boolean;
  recorded_at: string;
}
/**
 * A batch was deleted; it counts and shows nowhere.
 */
export interface BatchDeletedV1 {
  batch_id: string;
}
/**
 * How many essays of a batch are done by now, and how many failed.
 */
export interface BatchProgressedV1 {
  batch_id: string;
  completed_essays: number;
  failed_essays: number;
}
/**
 * A teacher handed in a batch of essays, to be processed.
 */
export interface BatchRegisteredV1 {
  batch_id: string;
  teacher_id: string;
  title: string | null;
  assignment_id: string | null;
  essay_count: number;
  created_at: string;
}
/**
 * A batch went on to another step; any word is a status.
 */
export interface BatchStatusChangedV1 {
  batch_id: string;
  status: string;
}
/**
 * A class was put away; it still counts and shows.
 */
export interface ClassArchivedV1 {
  class_id: string;
}
/**
 * A class was opened.
 */
export interface ClassCreatedV1 {
  class_id: string;
  organization_id: string | null;
  teacher_id: string;
  name: string;
  code: string;
  subject: string;
  created_at: string;
}
/**
 * A class was deleted; it counts and shows nowhere.
 */
export interface ClassDeletedV1 {
  class_id: string;
}
/**
 * A class was given to another teacher.
 */
export interface ClassReassignedV1 {
  class_id: string;
  teacher_id: string;
}
/**
 * A class was renamed or reclassified.
 */
export interface ClassUpdatedV1 {
  class_id: string;
  name: string;
  code: string;
  subject: string;
}
/**
 * A teacher was assigned to a class.
 */
export interface ClassAssignmentMadeV1 {
  assignment_id: string;
  teacher_id: string;
  class_id: string;
  made_by: string;
  made_at: string;
}
/**
 * A teacher was taken off a class.
 */
export interface ClassAssignmentRemovedV1 {
  assignment_id: string;
  removed_by: string;
  removed_at: string;
}
/**
 * A student left a class.
 */
export interface EnrollmentEndedV1 {
  class_id: string;
  student_id: string;
  ended_at: string;
  reason: string | null;
}
/**
 * A student joined a class, for the first time or again.
 */
export interface EnrollmentStartedV1 {
  class_id: string;
  student_id: string;
  enrolled_at: string;
}
/**
 * An essay of a batch was found to be a student's, written for a class.
 */
export interface EssayAssociationMadeV1 {
  batch_id: string;
  essay_id: string;
  student_id: string;
  class_id: string;
  associated_at: string;
}
/**
 * It is nobody's any more.
 */
export interface EssayAssociationRemovedV1 {
  batch_id: string;
  essay_id: string;
}
/**
 * An exam was called off.
 */
export interface ExamCancelledV1 {
  exam_id: string;
}
/**
 * An exam ended.
 */
export interface ExamCompletedV1 {
  exam_id: string;
}
/**
 * An exam or a quiz was drafted.
 */
export interface ExamCreatedV1 {
  exam_id: string;
  organization_id: string | null;
  created_by: string;
  /**
   * @maxItems 1000
   */
  assigned_teachers: string[];
  class_id: string | null;
  title: string;
  subject: string;
  kind: "exam" | "quiz";
  total_questions: number;
  total_marks: number;
  duration_minutes: number | null;
  created_at: string;
}
/**
 * An exam was deleted; it counts and shows nowhere.
 */
export interface ExamDeletedV1 {
  exam_id: string;
}
/**
 * An exam was given its date, or another one.
 */
export interface ExamScheduledV1 {
  exam_id: string;
  scheduled_at: string;
}
/**
 * An exam was given its beginning and its end, or others; the end may be open.
 */
export interface ExamScheduledV2 {
  exam_id: string;
  starts_at: string;
  ends_at: string | null;
}
/**
 * An exam began.
 */
export interface ExamStartedV1 {
  exam_id: string;
}
/**
 * The teachers of an exam, the whole list of them.
 */
export interface ExamTeachersAssignedV1 {
  exam_id: string;
  /**
   * @maxItems 1000
   */
  assigned_teachers: string[];
}
/**
 * An exam's description was changed.
 */
export interface ExamUpdatedV1 {
  exam_id: string;
  class_id: string | null;
  title: string;
  subject: string;
  kind: "exam" | "quiz";
  total_questions: number;
  total_marks: number;
  duration_minutes: number | null;
}
/**
 * A student's result was recorded, or recorded anew.
 */
export interface ExamResultRecordedV1 {
  exam_id: string;
  student_id: string;
  score: number | null;
  graded_by: string | null;
  recorded_at: string;
}
/**
 * A goal was reached.
 */
export interface GoalCompletedV1 {
  goal_id: string;
  completed_at: string;
}
/**
 * A goal was given up.
 */
export interface GoalDroppedV1 {
  goal_id: string;
}
/**
 * A student set a goal.
 */
export interface GoalSetV1 {
  goal_id: string;
  student_id: string;
  title: string;
  due_on: string | null;
}
/**
 * A student took up a habit.
 */
export interface HabitStartedV1 {
  habit_id: string;
  student_id: string;
  name: string;
  started_on: string;
}
/**
 * A student gave a habit up.
 */
export interface HabitStoppedV1 {
  habit_id: string;
}
/**
 * A student said of one day whether it was done, or corrected that.
 */
export interface HabitLogRecordedV1 {
  habit_id: string;
  logged_on: string;
  student_id: string;
  done: boolean;
}
/**
 * A student got a mark in a subject of a class.
 */
export interface MarkRecordedV1 {
  mark_id: string;
  student_id: string;
  class_id: string;
  subject_id: string;
  score: number;
  recorded_by: string;
  recorded_at: string;
}
/**
 * Somebody joined a school, for the first time or again.
 */
export interface MembershipGrantedV1 {
  school_id: string;
  user_id: string;
  role: "teacher" | "student" | "admin";
  granted_at: string;
}
/**
 * Somebody left a school.
 */
export interface MembershipRevokedV1 {
  school_id: string;
  user_id: string;
  revoked_at: string;
}
/**
 * A mission was offered.
 */
export interface MissionPublishedV1 {
  mission_id: string;
  track_id: string | null;
  title: string;
  difficulty: "beginner" | "intermediate" | "advanced";
  /**
   * @maxItems 1000
   */
  competencies: string[];
  estimated_minutes: number | null;
  published_at: string;
}
/**
 * A mission is no longer offered.
 */
export interface MissionRetiredV1 {
  mission_id: string;
}
/**
 * A mission's description was changed.
 */
export interface MissionUpdatedV1 {
  mission_id: string;
  track_id: string | null;
  title: string;
  difficulty: "beginner" | "intermediate" | "advanced";
  /**
   * @maxItems 1000
   */
  competencies: string[];
  estimated_minutes: number | null;
}
/**
 * The machine's score.
 */
export interface MissionProgressAiScoredV1 {
  mission_id: string;
  student_id: string;
  ai_score: number;
  ai_feedback: string | null;
}
/**
 * The work was accepted.
 */
export interface MissionProgressApprovedV1 {
  mission_id: string;
  student_id: string;
  decided_at: string;
  next_action: string | null;
}
/**
 * The work is to be done again.
 */
export interface MissionProgressChangesRequestedV1 {
  mission_id: string;
  student_id: string;
  decided_at: string;
  next_action: string | null;
}
/**
 * A mentor's score.
 */
export interface MissionProgressMentorScoredV1 {
  mission_id: string;
  student_id: string;
  mentor_id: string;
  mentor_score: number;
  mentor_feedback: string | null;
}
/**
 * Somebody began to review it.
 */
export interface MissionProgressReviewStartedV1 {
  mission_id: string;
  student_id: string;
  reviewer_id: string | null;
}
/**
 * A student began a mission.
 */
export interface MissionProgressStartedV1 {
  mission_id: string;
  student_id: string;
  started_at: string;
  deadline_at: string | null;
}
/**
 * A student handed in a mission.
 */
export interface MissionProgressSubmittedV1 {
  mission_id: string;
  student_id: string;
  submitted_at: string;
}
/**
 * A module became part of a track, or was described anew.
 */
export interface ModulePublishedV1 {
  module_id: string;
  track_id: string;
  title: string;
  position: number;
  /**
   * @maxItems 1000
   */
  recommended_missions: string[];
}
/**
 * A module is no longer part of its track.
 */
export interface ModuleRetiredV1 {
  module_id: string;
}
/**
 * How much of a module a student has done.
 */
export interface ModuleProgressRecordedV1 {
  module_id: string;
  student_id: string;
  percent: number;
  recorded_at: string;
}
/**
 * A teacher, or without one a whole school, is told something.
 */
export interface NotificationCreatedV1 {
  notification_id: string;
  teacher_id: string | null;
  school_id: string | null;
  kind:
    | "session_reminder"
    | "session_cancelled"
    | "new_student"
    | "payment_processed"
    | "school_announcement"
    | "class_assigned"
    | "subject_assigned"
    | "membership_ended";
  title: string;
  message: string;
  action_url: string | null;
  created_at: string;
  expires_at: string | null;
}
/**
 * A notification was delivered over a channel.
 */
export interface NotificationDeliveryMadeV1 {
  notification_id: string;
  teacher_id: string;
  channel: "websocket" | "email" | "web_push" | "webhook";
  at: string;
}
/**
 * A teacher put a notification away.
 */
export interface NotificationReceiptDismissedV1 {
  notification_id: string;
  teacher_id: string;
  at: string;
}
/**
 * A teacher read a notification.
 */
export interface NotificationReceiptReadV1 {
  notification_id: string;
  teacher_id: string;
  at: string;
}
/**
 * A deadline is near, a streak is about to break, or a review has arrived.
 */
export interface NudgeDueV1 {
  student_id: string;
  nudge_id: string;
  kind: "deadline" | "streak" | "review";
  title: string;
  url: string;
  deep_link: string;
  due_at: string;
}
/**
 * A teacher earned an amount at a school, for a session or for something else.
 */
export interface PaymentEarnedV1 {
  payment_id: string;
  teacher_id: string;
  school_id: string;
  session_id: string | null;
  amount: string;
  currency: string;
  earned_at: string;
}
/**
 * It was paid.
 */
export interface PaymentProcessedV1 {
  payment_id: string;
  processed_at: string;
}
/**
 * A student added an item.
 */
export interface PortfolioItemAddedV1 {
  item_id: string;
  student_id: string;
  title: string;
  added_at: string;
}
/**
 * An item was accepted.
 */
export interface PortfolioItemApprovedV1 {
  item_id: string;
}
/**
 * An item was not accepted.
 */
export interface PortfolioItemRejectedV1 {
  item_id: string;
}
/**
 * An item was taken away.
 */
export interface PortfolioItemRemovedV1 {
  item_id: string;
}
/**
 * A student's profile was assessed, for the first time or anew.
 */
export interface ProfileAssessedV1 {
  student_id: string;
  persona: string;
  archetype: string | null;
  /**
   * @maxItems 1000
   */
  skills_needed: string[];
  alignment: number;
  recommended_track_id: string | null;
  readiness_window: string | null;
  assessed_at: string;
}
/**
 * How far a student is in a class: the whole of it, each time.
 */
export interface ProgressUpdatedV1 {
  student_id: string;
  class_id: string;
  teacher_id: string;
  school_id: string;
  level: string;
  completion: number;
  /**
   * @maxItems 1000
   */
  skills_mastered: string[];
  updated_at: string;
}
/**
 * A question was written, in a bank or in none.
 */
export interface QuestionAddedV1 {
  question_id: string;
  question_bank_id: string | null;
  organization_id: string | null;
  created_by: string;
  created_at: string;
}
/**
 * A question was deleted; it counts and shows nowhere.
 */
export interface QuestionDeletedV1 {
  question_id: string;
}
/**
 * A question was put into another bank, or into none.
 */
export interface QuestionMovedV1 {
  question_id: string;
  question_bank_id: string | null;
}
/**
 * A question bank was opened.
 */
export interface QuestionBankCreatedV1 {
  question_bank_id: string;
  organization_id: string | null;
  created_by: string;
  name: string;
  subject: string;
  class_label: string | null;
  status: "draft" | "active" | "archived";
  created_at: string;
}
/**
 * A question bank was deleted; it counts and shows nowhere.
 */
export interface QuestionBankDeletedV1 {
  question_bank_id: string;
}
/**
 * A question bank's description was changed.
 */
export interface QuestionBankUpdatedV1 {
  question_bank_id: string;
  name: string;
  subject: string;
  class_label: string | null;
  status: "draft" | "active" | "archived";
}
/**
 * A student's readiness on a day; the gaps have the worst first.
 *
 *     A score of a day that is to come would hide all others until then.
 *
 */
export interface ReadinessScoredV1 {
  student_id: string;
  scored_on: string;
  score: number;
  /**
   * @maxItems 1000
   */
  gaps: string[];
  time_to_ready_days: number | null;
}
/**
 * A student does not want to see it any more.
 */
export interface RecommendationDismissedV1 {
  recommendation_id: string;
}
/**
 * Something was recommended to a student.
 */
export interface RecommendationMadeV1 {
  recommendation_id: string;
  student_id: string;
  title: string;
  reason: string;
  url: string;
  mission_id: string | null;
  priority: "high" | "medium" | "low";
  expires_at: string | null;
}
/**
 * A student wrote a reflection.
 */
export interface ReflectionWrittenV1 {
  reflection_id: string;
  student_id: string;
  written_at: string;
}
/**
 * The file is gone; nobody sees it any more.
 */
export interface ResourceRemovedV1 {
  resource_id: string;
}
/**
 * The file was scanned for viruses, or could not be.
 */
export interface ResourceScannedV1 {
  resource_id: string;
  status: "clean" | "infected" | "failed";
}
/**
 * It is shared with the students of these classes, or with none.
 */
export interface ResourceSharedV1 {
  resource_id: string;
  with_students: boolean;
  /**
   * @maxItems 1000
   */
  class_ids: string[];
  updated_at: string;
}
/**
 * It has another title or description.
 */
export interface ResourceUpdatedV1 {
  resource_id: string;
  title: string;
  description: string | null;
  updated_at: string;
}
/**
 * A teacher put a file into the store; nobody gets it before it was scanned.
 */
export interface ResourceUploadedV1 {
  resource_id: string;
  teacher_id: string;
  school_id: string;
  title: string;
  description: string | null;
  file_name: string;
  media_type: string;
  size_bytes: number;
  storage_url: string;
  uploaded_at: string;
}
/**
 * A school left the platform.
 */
export interface SchoolClosedV1 {
  school_id: string;
}
/**
 * A school joined the platform.
 */
export interface SchoolOpenedV1 {
  school_id: string;
  name: string;
  time_zone: string | null;
}
/**
 * A school's description was changed.
 */
export interface SchoolUpdatedV1 {
  school_id: string;
  name: string;
  time_zone: string | null;
}
/**
 * A session was called off.
 */
export interface SessionCancelledV1 {
  session_id: string;
  reason: string | null;
}
/**
 * A session ended.
 */
export interface SessionCompletedV1 {
  session_id: string;
}
/**
 * The teacher wrote notes on a session, or wrote them anew.
 */
export interface SessionNotesAddedV1 {
  session_id: string;
  notes: string;
}
/**
 * A session was moved.
 */
export interface SessionRescheduledV1 {
  session_id: string;
  starts_at: string;
  ends_at: string;
}
/**
 * A session of a class was planned.
 */
export interface SessionScheduledV1 {
  session_id: string;
  class_id: string;
  organization_id: string | null;
  teacher_id: string;
  title: string;
  starts_at: string;
  ends_at: string;
}
/**
 * A session began.
 */
export interface SessionStartedV1 {
  session_id: string;
}
/**
 * A student's account was closed.
 */
export interface StudentDeactivatedV1 {
  student_id: string;
}
/**
 * A student got an account, or an account anew.
 */
export interface StudentRegisteredV1 {
  student_id: string;
  name: string;
  email: string | null;
  track_id: string | null;
  cohort: string | null;
  mentor_id: string | null;
  time_zone: string | null;
  consents: {
    [k: string]: boolean;
  };
}
/**
 * A student's account was changed.
 */
export interface StudentUpdatedV1 {
  student_id: string;
  name: string;
  email: string | null;
  track_id: string | null;
  cohort: string | null;
  mentor_id: string | null;
  time_zone: string | null;
  consents: {
    [k: string]: boolean;
  };
}
/**
 * A subject is taught, under a new name or for the first time, or again.
 */
export interface SubjectDefinedV1 {
  subject_id: string;
  name: string;
}
/**
 * A subject is taught no more.
 */
export interface SubjectRetiredV1 {
  subject_id: string;
}
/**
 * A teacher was assigned to a subject.
 */
export interface SubjectAssignmentMadeV1 {
  assignment_id: string;
  teacher_id: string;
  subject_id: string;
  made_by: string;
  made_at: string;
}
/**
 * A teacher was taken off a subject.
 */
export interface SubjectAssignmentRemovedV1 {
  assignment_id: string;
  removed_by: string;
  removed_at: string;
}
/**
 * A submission was graded.
 */
export interface SubmissionGradedV1 {
  assignment_id: string;
  student_id: string;
  score: number | null;
  graded_by: string | null;
  graded_at: string;
}
/**
 * A student handed in, for the first time or again: ungraded work.
 */
export interface SubmissionReceivedV1 {
  assignment_id: string;
  student_id: string;
  submitted_at: string;
}
/**
 * A submission was taken back; it counts nowhere.
 */
export interface SubmissionWithdrawnV1 {
  assignment_id: string;
  student_id: string;
  withdrawn_at: string;
}
/**
 * A subscription went over to another tier or period.
 */
export interface SubscriptionChangedV1 {
  student_id: string;
  tier: "free" | "starter3" | "professional7";
  started_at: string;
  current_period_end: string | null;
}
/**
 * A subscription ended.
 */
export interface SubscriptionEndedV1 {
  student_id: string;
  ended_at: string;
}
/**
 * A student subscribed, for the first time or again.
 */
export interface SubscriptionStartedV1 {
  student_id: string;
  tier: "free" | "starter3" | "professional7";
  started_at: string;
  current_period_end: string | null;
}
/**
 * A teacher's account was closed.
 */
export interface TeacherDeactivatedV1 {
  teacher_id: string;
}
/**
 * A teacher got an account, or an account anew.
 */
export interface TeacherRegisteredV1 {
  teacher_id: string;
  name: string;
  email: string | null;
  organization_id: string | null;
}
/**
 * A teacher chose a time zone, by its IANA name, or none.
 */
export interface TeacherTimeZoneChosenV1 {
  teacher_id: string;
  time_zone: string | null;
}
/**
 * A teacher's account was changed.
 */
export interface TeacherUpdatedV1 {
  teacher_id: string;
  name: string;
  email: string | null;
  organization_id: string | null;
}
/**
 * A track was offered, or described anew.
 */
export interface TrackPublishedV1 {
  track_id: string;
  key: string;
  name: string;
}
/**
 * A track is no longer offered.
 */
export interface TrackRetiredV1 {
  track_id: string;
}

/** The topic of each event type. */
export const TOPICS = {
  "assessment.given.v1": "progress",
  "assignment.created.v1": "assignments",
  "assignment.deleted.v1": "assignments",
  "assignment.graded.v1": "assignments",
  "assignment.published.v1": "assignments",
  "assignment.updated.v1": "assignments",
  "attendance.recorded.v1": "classes",
  "batch.deleted.v1": "batches",
  "batch.progressed.v1": "batches",
  "batch.registered.v1": "batches",
  "batch.status_changed.v1": "batches",
  "class.archived.v1": "classes",
  "class.created.v1": "classes",
  "class.deleted.v1": "classes",
  "class.reassigned.v1": "classes",
  "class.updated.v1": "classes",
  "class_assignment.made.v1": "teaching",
  "class_assignment.removed.v1": "teaching",
  "enrollment.ended.v1": "classes",
  "enrollment.started.v1": "classes",
  "essay_association.made.v1": "batches",
  "essay_association.removed.v1": "batches",
  "exam.cancelled.v1": "exams",
  "exam.completed.v1": "exams",
  "exam.created.v1": "exams",
  "exam.deleted.v1": "exams",
  "exam.scheduled.v1": "exams",
  "exam.scheduled.v2": "exams",
  "exam.started.v1": "exams",
  "exam.teachers_assigned.v1": "exams",
  "exam.updated.v1": "exams",
  "exam_result.recorded.v1": "exams",
  "goal.completed.v1": "coaching",
  "goal.dropped.v1": "coaching",
  "goal.set.v1": "coaching",
  "habit.started.v1": "coaching",
  "habit.stopped.v1": "coaching",
  "habit_log.recorded.v1": "coaching",
  "mark.recorded.v1": "teaching",
  "membership.granted.v1": "people",
  "membership.revoked.v1": "people",
  "mission.published.v1": "missions",
  "mission.retired.v1": "missions",
  "mission.updated.v1": "missions",
  "mission_progress.ai_scored.v1": "missions",
  "mission_progress.approved.v1": "missions",
  "mission_progress.changes_requested.v1": "missions",
  "mission_progress.mentor_scored.v1": "missions",
  "mission_progress.review_started.v1": "missions",
  "mission_progress.started.v1": "missions",
  "mission_progress.submitted.v1": "missions",
  "module.published.v1": "curriculum",
  "module.retired.v1": "curriculum",
  "module_progress.recorded.v1": "curriculum",
  "notification.created.v1": "notifications",
  "notification_delivery.made.v1": "notifications",
  "notification_receipt.dismissed.v1": "notifications",
  "notification_receipt.read.v1": "notifications",
  "nudge.due.v1": "nudges",
  "payment.earned.v1": "payments",
  "payment.processed.v1": "payments",
  "portfolio_item.added.v1": "portfolio",
  "portfolio_item.approved.v1": "portfolio",
  "portfolio_item.rejected.v1": "portfolio",
  "portfolio_item.removed.v1": "portfolio",
  "profile.assessed.v1": "profiler",
  "progress.updated.v1": "progress",
  "question.added.v1": "question-banks",
  "question.deleted.v1": "question-banks",
  "question.moved.v1": "question-banks",
  "question_bank.created.v1": "question-banks",
  "question_bank.deleted.v1": "question-banks",
  "question_bank.updated.v1": "question-banks",
  "readiness.scored.v1": "talentscope",
  "recommendation.dismissed.v1": "coach",
  "recommendation.made.v1": "coach",
  "reflection.written.v1": "coaching",
  "resource.removed.v1": "resources",
  "resource.scanned.v1": "resources",
  "resource.shared.v1": "resources",
  "resource.updated.v1": "resources",
  "resource.uploaded.v1": "resources",
  "school.closed.v1": "people",
  "school.opened.v1": "people",
  "school.updated.v1": "people",
  "session.cancelled.v1": "classes",
  "session.completed.v1": "classes",
  "session.notes_added.v1": "classes",
  "session.rescheduled.v1": "classes",
  "session.scheduled.v1": "classes",
  "session.started.v1": "classes",
  "student.deactivated.v1": "people",
  "student.registered.v1": "people",
  "student.updated.v1": "people",
  "subject.defined.v1": "teaching",
  "subject.retired.v1": "teaching",
  "subject_assignment.made.v1": "teaching",
  "subject_assignment.removed.v1": "teaching",
  "submission.graded.v1": "assignments",
  "submission.received.v1": "assignments",
  "submission.withdrawn.v1": "assignments",
  "subscription.changed.v1": "subscriptions",
  "subscription.ended.v1": "subscriptions",
  "subscription.started.v1": "subscriptions",
  "teacher.deactivated.v1": "people",
  "teacher.registered.v1": "people",
  "teacher.time_zone_chosen.v1": "people",
  "teacher.updated.v1": "people",
  "track.published.v1": "curriculum",
  "track.retired.v1": "curriculum"
} as const;

/** The fields of each event type that make its subject, in their order. */
export const KEYS = {
  "assessment.given.v1": [
    "assessment_id"
  ],
  "assignment.created.v1": [
    "assignment_id"
  ],
  "assignment.deleted.v1": [
    "assignment_id"
  ],
  "assignment.graded.v1": [
    "assignment_id"
  ],
  "assignment.published.v1": [
    "assignment_id"
  ],
  "assignment.updated.v1": [
    "assignment_id"
  ],
  "attendance.recorded.v1": [
    "session_id",
    "student_id"
  ],
  "batch.deleted.v1": [
    "batch_id"
  ],
  "batch.progressed.v1": [
    "batch_id"
  ],
  "batch.registered.v1": [
    "batch_id"
  ],
  "batch.status_changed.v1": [
    "batch_id"
  ],
  "class.archived.v1": [
    "class_id"
  ],
  "class.created.v1": [
    "class_id"
  ],
  "class.deleted.v1": [
    "class_id"
  ],
  "class.reassigned.v1": [
    "class_id"
  ],
  "class.updated.v1": [
    "class_id"
  ],
  "class_assignment.made.v1": [
    "assignment_id"
  ],
  "class_assignment.removed.v1": [
    "assignment_id"
  ],
  "enrollment.ended.v1": [
    "class_id",
    "student_id"
  ],
  "enrollment.started.v1": [
    "class_id",
    "student_id"
  ],
  "essay_association.made.v1": [
    "batch_id",
    "essay_id"
  ],
  "essay_association.removed.v1": [
    "batch_id",
    "essay_id"
  ],
  "exam.cancelled.v1": [
    "exam_id"
  ],
  "exam.completed.v1": [
    "exam_id"
  ],
  "exam.created.v1": [
    "exam_id"
  ],
  "exam.deleted.v1": [
    "exam_id"
  ],
  "exam.scheduled.v1": [
    "exam_id"
  ],
  "exam.scheduled.v2": [
    "exam_id"
  ],
  "exam.started.v1": [
    "exam_id"
  ],
  "exam.teachers_assigned.v1": [
    "exam_id"
  ],
  "exam.updated.v1": [
    "exam_id"
  ],
  "exam_result.recorded.v1": [
    "exam_id",
    "student_id"
  ],
  "goal.completed.v1": [
    "goal_id"
  ],
  "goal.dropped.v1": [
    "goal_id"
  ],
  "goal.set.v1": [
    "goal_id"
  ],
  "habit.started.v1": [
    "habit_id"
  ],
  "habit.stopped.v1": [
    "habit_id"
  ],
  "habit_log.recorded.v1": [
    "habit_id",
    "logged_on"
  ],
  "mark.recorded.v1": [
    "mark_id"
  ],
  "membership.granted.v1": [
    "school_id",
    "user_id"
  ],
  "membership.revoked.v1": [
    "school_id",
    "user_id"
  ],
  "mission.published.v1": [
    "mission_id"
  ],
  "mission.retired.v1": [
    "mission_id"
  ],
  "mission.updated.v1": [
    "mission_id"
  ],
  "mission_progress.ai_scored.v1": [
    "mission_id",
    "student_id"
  ],
  "mission_progress.approved.v1": [
    "mission_id",
    "student_id"
  ],
  "mission_progress.changes_requested.v1": [
    "mission_id",
    "student_id"
  ],
  "mission_progress.mentor_scored.v1": [
    "mission_id",
    "student_id"
  ],
  "mission_progress.review_started.v1": [
    "mission_id",
    "student_id"
  ],
  "mission_progress.started.v1": [
    "mission_id",
    "student_id"
  ],
  "mission_progress.submitted.v1": [
    "mission_id",
    "student_id"
  ],
  "module.published.v1": [
    "module_id"
  ],
  "module.retired.v1": [
    "module_id"
  ],
  "module_progress.recorded.v1": [
    "module_id",
    "student_id"
  ],
  "notification.created.v1": [
    "notification_id"
  ],
  "notification_delivery.made.v1": [
    "notification_id",
    "teacher_id",
    "channel"
  ],
  "notification_receipt.dismissed.v1": [
    "notification_id",
    "teacher_id"
  ],
  "notification_receipt.read.v1": [
    "notification_id",
    "teacher_id"
  ],
  "nudge.due.v1": [
    "student_id",
    "nudge_id"
  ],
  "payment.earned.v1": [
    "payment_id"
  ],
  "payment.processed.v1": [
    "payment_id"
  ],
  "portfolio_item.added.v1": [
    "item_id"
  ],
  "portfolio_item.approved.v1": [
    "item_id"
  ],
  "portfolio_item.rejected.v1": [
    "item_id"
  ],
  "portfolio_item.removed.v1": [
    "item_id"
  ],
  "profile.assessed.v1": [
    "student_id"
  ],
  "progress.updated.v1": [
    "student_id",
    "class_id"
  ],
  "question.added.v1": [
    "question_id"
  ],
  "question.deleted.v1": [
    "question_id"
  ],
  "question.moved.v1": [
    "question_id"
  ],
  "question_bank.created.v1": [
    "question_bank_id"
  ],
  "question_bank.deleted.v1": [
    "question_bank_id"
  ],
  "question_bank.updated.v1": [
    "question_bank_id"
  ],
  "readiness.scored.v1": [
    "student_id",
    "scored_on"
  ],
  "recommendation.dismissed.v1": [
    "recommendation_id"
  ],
  "recommendation.made.v1": [
    "recommendation_id"
  ],
  "reflection.written.v1": [
    "reflection_id"
  ],
  "resource.removed.v1": [
    "resource_id"
  ],
  "resource.scanned.v1": [
    "resource_id"
  ],
  "resource.shared.v1": [
    "resource_id"
  ],
  "resource.updated.v1": [
    "resource_id"
  ],
  "resource.uploaded.v1": [
    "resource_id"
  ],
  "school.closed.v1": [
    "school_id"
  ],
  "school.opened.v1": [
    "school_id"
  ],
  "school.updated.v1": [
    "school_id"
  ],
  "session.cancelled.v1": [
    "session_id"
  ],
  "session.completed.v1": [
    "session_id"
  ],
  "session.notes_added.v1": [
    "session_id"
  ],
  "session.rescheduled.v1": [
    "session_id"
  ],
  "session.scheduled.v1": [
    "session_id"
  ],
  "session.started.v1": [
    "session_id"
  ],
  "student.deactivated.v1": [
    "student_id"
  ],
  "student.registered.v1": [
    "student_id"
  ],
  "student.updated.v1": [
    "student_id"
  ],
  "subject.defined.v1": [
    "subject_id"
  ],
  "subject.retired.v1": [
    "subject_id"
  ],
  "subject_assignment.made.v1": [
    "assignment_id"
  ],
  "subject_assignment.removed.v1": [
    "assignment_id"
  ],
  "submission.graded.v1": [
    "assignment_id",
    "student_id"
  ],
  "submission.received.v1": [
    "assignment_id",
    "student_id"
  ],
  "submission.withdrawn.v1": [
    "assignment_id",
    "student_id"
  ],
  "subscription.changed.v1": [
    "student_id"
  ],
  "subscription.ended.v1": [
    "student_id"
  ],
  "subscription.started.v1": [
    "student_id"
  ],
  "teacher.deactivated.v1": [
    "teacher_id"
  ],
  "teacher.registered.v1": [
    "teacher_id"
  ],
  "teacher.time_zone_chosen.v1": [
    "teacher_id"
  ],
  "teacher.updated.v1": [
    "teacher_id"
  ],
  "track.published.v1": [
    "track_id"
  ],
  "track.retired.v1": [
    "track_id"
  ]
} as const;
